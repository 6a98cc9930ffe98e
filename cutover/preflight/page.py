"""A report as HTML: one section for a larger page, or a page that opens without a network."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from cutover.preflight.catalogue import NOT_FROM_SQL
from cutover.preflight.check import Side, Verdict
from cutover.preflight.document import counts

if TYPE_CHECKING:
    from datetime import datetime

    from cutover.preflight.check import Report, Result

TITLES: Final = {
    Side.SOURCE: "Source",
    Side.TARGET: "Target",
    Side.DMS: "DMS",
    Side.NAMES: "Names",
    Side.SETTINGS: "Settings",
}

STYLE: Final = """\
.preflight { font: 15px/1.45 system-ui, sans-serif; color: #1c2733; max-width: 62rem }
.preflight { margin: 2rem auto; padding: 0 1rem }
.preflight table { border-collapse: collapse; width: 100% }
.preflight td { border-top: 1px solid #d8dee6; padding: .45rem .6rem; vertical-align: top }
.preflight .v { font-weight: 600; white-space: nowrap }
.preflight .pass { color: #1a7f43 } .preflight .warn { color: #9a6300 }
.preflight .fail { color: #b3261e } .preflight .unknown { color: #5b4bab }
.preflight pre { background: #f4f6f9; padding: .6rem; overflow-x: auto }
.preflight small { color: #5b6876 }
@media (prefers-color-scheme: dark) {
  body { background: #12171d } .preflight { color: #dbe3ec } .preflight td { border-color: #2c3743 }
  .preflight pre { background: #1b232c } .preflight .pass { color: #57c785 } .preflight .warn { color: #e0ac4a }
  .preflight .fail { color: #f2867e } .preflight .unknown { color: #b0a4f5 } .preflight small { color: #93a1b0 }
}"""


def page(report: Report, *, at: datetime) -> str:
    """A whole page."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Preflight: {report.verdict.value}</title><style>\n{STYLE}\n</style></head>\n"
        f"<body>{section(report, at=at)}</body></html>\n"
    )


def section(report: Report, *, at: datetime) -> str:
    """Its styles are STYLE."""
    numbers = ", ".join(f"{number} {verdict}" for verdict, number in counts(report).items())
    parts = [
        '<section class="preflight">',
        f'<h2>Preflight: <span class="{report.verdict.value}">{report.verdict.value}</span></h2>',
        f"<p>{numbers}, {len(report.not_asked)} not asked. {at:%Y-%m-%d %H:%M}Z</p>",
    ]
    for side, title in TITLES.items():
        rows = [result for result in report.results if result.check.side is side]
        if rows:
            parts.append(f"<h3>{title}</h3>\n<table>{''.join(map(_row, rows))}</table>")
    if report.not_asked:
        names = ", ".join(f"{each.check.id} ({each.why})" for each in report.not_asked)
        parts.append(f"<h3>Not asked</h3>\n<p>{escape(names)}</p>")
    items = "".join(f"<li>{escape(fact)}</li>" for fact in NOT_FROM_SQL)
    parts += [f"<h3>What no query tells</h3>\n<ul>{items}</ul>", "</section>"]
    return "\n".join(parts)


def _row(result: Result) -> str:
    check, verdict = result.check, result.verdict.value
    about = ""
    if result.verdict is not Verdict.PASS:
        about = f"<br><small>{escape(check.threshold)}</small><p>{escape(check.remedy)} {_see(check.documentation)}</p>"
        if result.finding.fixes:
            about += f"<pre>{escape(chr(10).join(result.finding.fixes))}</pre>"
        if result.finding.objects:
            about += (
                f"<details><summary>{result.finding.total} in all</summary>"
                f"{escape(', '.join(result.finding.objects))}</details>"
            )
    return (
        f'<tr id="{check.id}"><td class="v {verdict}">{verdict}</td>'
        f"<td>{escape(check.title)}<br><small>{check.id}</small></td>"
        f"<td>{escape(result.finding.fact)}{about}</td></tr>\n"
    )


def _see(documentation: str) -> str:
    if documentation.startswith("https://"):
        return f'<a href="{escape(documentation)}">documentation</a>'
    return f"<small>{escape(documentation)}</small>"
