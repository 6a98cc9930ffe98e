"""The name server over the emulated Route 53, asked by the resolver that the clients use."""

from __future__ import annotations

import socket
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from dnslib import DNSRecord
from moto import mock_aws
from moto.route53.models import route53_backends

from rehearsal.aws.invoker import ACCOUNT, REGION
from rehearsal.aws.nameserver import NameServer, Route53Zone
from rehearsal.aws.resolver import DnsResolver, NoAnswer

if TYPE_CHECKING:
    from collections.abc import Iterator


class Zone:
    """A hosted zone with one weighted name, and its name server."""

    name = "ro.example.test"

    def __init__(self) -> None:
        self._route53 = boto3.client("route53", region_name=REGION)
        created = self._route53.create_hosted_zone(Name="example.test", CallerReference="1")
        self._id = created["HostedZone"]["Id"].rpartition("/")[2]
        zone = route53_backends[ACCOUNT]["aws"].zones[self._id]
        self.server = NameServer(Route53Zone(zone))
        self.resolver = DnsResolver(port=self.server.port)

    def weigh(self, **weights: int) -> None:
        changes: list[Any] = [
            {
                "Action": "UPSERT",
                "ResourceRecordSet": {
                    "Name": self.name,
                    "Type": "CNAME",
                    "SetIdentifier": identifier,
                    "Weight": weight,
                    "TTL": 5,
                    "ResourceRecords": [{"Value": f"{identifier}.hosts.test"}],
                },
            }
            for identifier, weight in weights.items()
        ]
        self._route53.change_resource_record_sets(
            HostedZoneId=self._id, ChangeBatch={"Changes": changes}
        )

    def answers(self, count: int) -> Counter[str]:
        return Counter(
            self.resolver.resolve(self.name).value.partition(".")[0] for _ in range(count)
        )


@pytest.fixture
def zone() -> Iterator[Zone]:
    with mock_aws():
        made = Zone()
        yield made
        made.server.close()


def test_an_answer_is_the_cname_with_its_ttl(zone: Zone) -> None:
    zone.weigh(source=100)

    answer = zone.resolver.resolve("RO.example.test.")

    assert (answer.value, answer.ttl_seconds) == ("source.hosts.test", 5)


@pytest.mark.parametrize(
    ("source", "target", "share"),
    [(80, 20, 20), (50, 50, 50), (20, 80, 80), (255, 0, 0), (99, 1, 1)],
)
def test_a_hundred_answers_show_the_weights(
    zone: Zone, source: int, target: int, share: int
) -> None:
    zone.weigh(source=source, target=target)

    assert abs(zone.answers(100)["target"] - share) <= 1


def test_weight_nought_is_never_answered_and_all_nought_equally(zone: Zone) -> None:
    zone.weigh(source=0, target=3)
    assert zone.answers(50) == {"target": 50}

    zone.weigh(target=0)
    assert zone.answers(50) == {"source": 25, "target": 25}


def test_a_change_shows_in_the_next_answer(zone: Zone) -> None:
    zone.weigh(source=100, target=0)
    zone.answers(3)
    zone.weigh(source=0, target=100)

    assert zone.answers(20) == {"target": 20}


def test_answers_come_in_no_order_that_a_client_could_lean_on(zone: Zone) -> None:
    zone.weigh(source=50, target=50)
    values = [zone.resolver.resolve(zone.name).value for _ in range(60)]

    assert values != (values[:2] * 30)


def test_a_name_that_does_not_exist(zone: Zone) -> None:
    zone.weigh(source=1)
    with pytest.raises(NoAnswer, match="NXDOMAIN"):
        zone.resolver.resolve("rw.example.test")


def test_other_types_have_no_data_and_rubbish_no_answer(zone: Zone) -> None:
    zone.weigh(source=1)

    reply = zone.server.answer(DNSRecord.question(zone.name, "MX").pack())
    assert reply is not None
    assert DNSRecord.parse(reply).rr == []
    assert zone.server.answer(b"\x00") is None
    assert zone.server.answer(b"\xff" * 40) is None


def test_an_a_query_is_answered_with_the_cname(zone: Zone) -> None:
    zone.weigh(source=1)

    reply = zone.server.answer(DNSRecord.question(zone.name, "A").pack())

    assert reply is not None
    assert str(DNSRecord.parse(reply).rr[0].rdata) == "source.hosts.test."


def test_nobody_listening_is_an_error_at_once(zone: Zone) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(OSError, match="nobody listens"):
        DnsResolver(port=port, timeout_seconds=5).resolve(zone.name)


def test_silence_is_an_error_after_three_tries(zone: Zone) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        resolver = DnsResolver(port=silent.getsockname()[1], timeout_seconds=0.05)
        with pytest.raises(NoAnswer, match="no answer"):
            resolver.resolve(zone.name)


def test_a_port_in_use_is_refused(zone: Zone) -> None:
    with pytest.raises(OSError, match="in use"):
        NameServer(lambda _: [], port=zone.server.port)


def test_an_answer_takes_well_under_a_millisecond(zone: Zone) -> None:
    zone.weigh(source=80, target=20)
    query = DNSRecord.question(zone.name, "CNAME").pack()
    began = time.process_time()
    for _ in range(500):
        zone.server.answer(query)

    assert (time.process_time() - began) / 500 < 0.0005
