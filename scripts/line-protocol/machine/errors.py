"""Errors, each named like Holdfast's class: the suites know them by that, and by the fields in `details`."""


class MachineError(Exception):
    """It did not happen, and never will, unless `is_definite` is false."""

    is_definite = True

    def __init__(self, message: str, **details: str | int | bool) -> None:
        super().__init__(message)
        self.details = details


class InvalidArgumentError(MachineError):
    def __init__(self, argument: str, message: str) -> None:
        super().__init__(message, argument=argument)


class ChunkRejectedError(MachineError):
    """The chunk is no piece of the log. `kind`: unordered, gap, termRegression, missingPayload, tooLarge."""

    def __init__(self, kind: str, index: int, what: str) -> None:
        super().__init__(f'Cannot apply entry {index}: {what}', kind=kind, index=index)


class UndecodableEntryError(MachineError):
    """`undecodable`: its bytes are no command; `unsupported`: they may be one of a later version."""

    def __init__(self, kind: str, what: str, index: int | None = None) -> None:
        where = {} if index is None else {'index': index}
        super().__init__(f'Cannot decode entry {index}: it has {what}', kind=kind, what=what, **where)


class DivergenceError(MachineError):
    """Replicas disagree on what was committed. `kind`: term, chain."""

    def __init__(self, kind: str, index: int, here: int, there: int) -> None:
        message = f'At index {index} the {kind} is {here} here and {there} there'
        super().__init__(message, kind=kind, index=index, here=here, there=there)


class SnapshotError(MachineError):
    """`kind`: notFound, corrupt, incomplete, mismatch, stale, inProgress, closed."""

    def __init__(self, kind: str, message: str, snapshot: str = '') -> None:
        super().__init__(message, kind=kind, snapshot=snapshot)


class WriteFailedError(MachineError):
    """The disk refused. `is_in_doubt`: nobody knows what is there before it is read anew."""

    def __init__(self, operation: str, cause: OSError, is_in_doubt: bool) -> None:
        super().__init__(f'Cannot {operation}: {cause}', operation=operation, inDoubt=is_in_doubt)
        self.is_definite = not is_in_doubt


class CorruptionError(MachineError):
    pass


class ForeignStateError(MachineError):
    pass


class FormatVersionError(MachineError):
    pass


class LogLockedError(MachineError):
    pass


class NotServingError(MachineError):
    pass


class PoisonedError(MachineError):
    pass


# After these it has failed: going on would make it another replica than the rest.
FATAL = (UndecodableEntryError, DivergenceError, CorruptionError)
