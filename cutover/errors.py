"""Every way a step can fail; the class names are the error names that the state machine matches.

CutoverError
├── BadInput              an event, plan or environment that can't be acted on
├── StartRefused          this migration's state does not allow a start
│   └── LeaseTaken        another execution holds the lease
├── StaleLease            the step was overtaken: its fence number is no longer the newest
├── TransitionRefused     the journal's phase does not allow this act
├── PutBackRefused        the line is crossed or not yet looked at: nothing may reopen the origin
├── RecordsMissing        a weighted record that should exist does not
├── RecordsNotInSync      set, but not (yet) what Route 53 answers
├── OriginBusy            the barrier would have to cut off running work; nothing was touched
├── Paused                the operator holds the cutover; nothing was touched
├── SwitchAborted         the switch gave up before the line; everything is as it was
│   ├── AbortRequested    the operator asked to go back
│   ├── OriginNotReady    something has come to the origin since readiness that the switch can't have
│   ├── DestinationNotReady  the destination lacks something the switch needs
│   ├── DeadlineExceeded  the pause would have become longer than the limit
│   └── BarrierLost       the session that held the barrier ended
├── SwitchOutcomeUnknown  the closing was sent, and no answer came back
├── SwitchNotProven       after the switch, a database is not as it should be
├── WayBackNotOpen        after the switch, the way back does not carry
├── SchemaIncomplete      a part of the schema could not be copied to the target
├── SlotStillRead         a slot that is to be dropped has a reader
├── TargetNotEmpty        a load would find rows that are there already
├── NothingToCertify      no switch of this migration has finished
├── DatabaseUnreachable   a server did not answer
├── NotInstalled          a server lacks the schema `cutover`
├── PrivilegeMissing      a server answered that the user may not
├── SchemaCopyRefused     a copy of the schema may not begin; nothing was touched
├── SchemaCopyFailed      a copy of the schema stopped; running it again goes on where it stopped
├── ProgramsMissing       no pg_dump and pg_restore of a fitting version are on this machine
└── ServiceUnavailable    an AWS call failed for a reason that may pass
"""

from __future__ import annotations


class CutoverError(Exception):
    """Base of everything this package raises on purpose."""


class BadInput(CutoverError):
    """An event, plan or environment that can't be acted on."""


class StartRefused(CutoverError):
    """This migration's state does not allow a start."""


class LeaseTaken(StartRefused):
    """Another execution holds the lease."""


class StaleLease(CutoverError):
    """The step was overtaken: its fence number is no longer the newest."""


class TransitionRefused(CutoverError):
    """The journal's phase does not allow this act."""


class PutBackRefused(CutoverError):
    """The line is crossed or not yet looked at: nothing may reopen the origin."""


class RecordsMissing(CutoverError):
    """A weighted record that should exist does not."""


class RecordsNotInSync(CutoverError):
    """The records were set, but are not (yet) what Route 53 answers."""


class OriginBusy(CutoverError):
    """The barrier would have to cut off running work, or clients to wait for what was written before it; nothing was
    touched."""


class Paused(CutoverError):
    """The operator holds the cutover; nothing was touched."""


class SwitchAborted(CutoverError):
    """The switch gave up before the line; everything is as it was."""


class AbortRequested(SwitchAborted):
    """The operator asked to go back."""


class OriginNotReady(SwitchAborted):
    """What readiness would refuse has come since: most often something that writes past the gate."""


class DestinationNotReady(SwitchAborted):
    """The destination lacks something the switch needs."""


class DeadlineExceeded(SwitchAborted):
    """The pause would have become longer than the limit."""


class BarrierLost(SwitchAborted):
    """The session that held the barrier ended, and the barrier with it."""


class SwitchOutcomeUnknown(CutoverError):
    """The closing was sent, and no answer came back: only the origin can tell."""


class SwitchNotProven(CutoverError):
    """After the switch, a database is not as it should be."""


class WayBackNotOpen(CutoverError):
    """After the switch, what the new writer writes does not reach the old one."""


class SchemaIncomplete(CutoverError):
    """A part of the schema could not be copied to the target."""


class SlotStillRead(CutoverError):
    """A slot that is to be dropped has a reader, though no task runs."""


class TargetNotEmpty(CutoverError):
    """A load would find rows that are there already."""


class NothingToCertify(CutoverError):
    """No switch of this migration has finished."""


class DatabaseUnreachable(CutoverError):
    """A server did not answer."""


class NotInstalled(CutoverError):
    """A server lacks the schema `cutover`."""


class PrivilegeMissing(CutoverError):
    """A server answered that the user may not."""


class SchemaCopyRefused(CutoverError):
    """A copy of the schema may not begin; nothing was touched."""


class SchemaCopyFailed(CutoverError):
    """A copy of the schema stopped; what was made stays, and running it again goes on where it stopped."""


class ProgramsMissing(CutoverError):
    """No pg_dump and pg_restore of a fitting version are on this machine."""


class ServiceUnavailable(CutoverError):
    """An AWS call failed for a reason that may pass."""
