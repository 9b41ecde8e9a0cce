"""The reference state machine in Python with one defect, which its argument names."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parents[3] / 'scripts' / 'line-protocol'))
from machine import files  # noqa: E402
from machine import machine as machines  # noqa: E402
from machine.state import Format, State  # noqa: E402
from machine.state_file import Found, StateFile  # noqa: E402
from state_machine import HELLO, Fields, Served, answer, error_of, open_machine  # noqa: E402
from store import serve  # noqa: E402


class PositionApart(StateFile):
    """What is applied is in one file, and how far that is in another one, which comes later."""

    def append(self, facts: list[bytes]) -> None:
        super().append(facts)
        self.note(int.from_bytes(facts[-1][:8], 'big'))

    def replace(self, state: State) -> None:
        super().replace(state)
        self.note(state.position.index)

    def read(self, wanted: Format) -> Found:
        found, noted = super().read(wanted), self.path.with_name('position')
        if noted.exists():
            found.state.position = replace(found.state.position, index=int(noted.read_bytes()))
        return found

    def note(self, index: int) -> None:
        files.publish(self.path.with_name('position'), b'%d' % index)


def sync_nothing(descriptor: int) -> None:
    pass


def always_right(served: Served, command: str, request: Fields) -> Fields:
    """Says of each entry that it did what it should."""
    reply = answer(served, command, request)
    for result in reply.get('report', {}).get('results', []):
        result.update(code='OK', ok=True)
    return reply


def plant(how: str) -> Callable[[Served, str, Fields], Fields]:
    match how:
        case 'lies':
            return always_right
        case 'never syncs':
            files.sync = sync_nothing
        case 'keeps the position apart':
            machines.StateFile = PositionApart  # type: ignore[misc]
    return answer


if __name__ == '__main__':
    how = sys.argv[1]
    serve({**HELLO, 'name': how}, open_machine, plant(how), error_of)
