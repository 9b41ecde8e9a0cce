"""What readers see of a state: what has not expired."""

from dataclasses import dataclass
from typing import Any

from .errors import InvalidArgumentError
from .manifest import plain_position
from .state import INTEGER_MAX, Row, State


@dataclass(frozen=True)
class Scan:
    limit: int
    first: bytes | None = None
    before: bytes | None = None
    prefix: bytes = b''
    is_reverse: bool = False

    def holds(self, key: bytes) -> bool:
        is_from = self.first is None or key >= self.first
        is_before = self.before is None or key < self.before
        return is_from and is_before and key.startswith(self.prefix)


def scan_in(request: dict[str, Any]) -> Scan:
    return Scan(
        check_limit(request['limit']),
        request.get('gte'),
        request.get('lt'),
        request.get('prefix', b''),
        request.get('reverse', False),
    )


def check_limit(limit: Any) -> int:
    if isinstance(limit, int) and 1 <= limit <= INTEGER_MAX:
        return limit
    raise InvalidArgumentError('limit', f'Cannot use {limit} as limit: give an integer of 1 or more')


def plain_row(row: Row | None) -> dict[str, Any] | None:
    if row is None:
        return None
    told = {'value': row.value, 'createIndex': row.create_index, 'modIndex': row.mod_index}
    return told if row.expire_at == 0 else {**told, 'expireAt': row.expire_at}


def scan(state: State, wanted: Scan) -> dict[str, Any]:
    rows = [row for row in state.visible() if wanted.holds(row.key)]
    if wanted.is_reverse:
        rows.reverse()
    found, rest = rows[: wanted.limit], rows[wanted.limit :]
    told = {'items': [[row.key, plain_row(row)] for row in found], 'at': plain_position(state.position)}
    if not rest:
        return told
    # Where to go on: as `gte`, or downwards as `lt`.
    return {**told, 'next': found[-1].key if wanted.is_reverse else rest[0].key}


def lease(state: State, request: dict[str, Any]) -> dict[str, Any]:
    """An object without `value` where there is none."""
    value = lease_value(state, request)
    return {} if value is None else {'value': value}


def lease_value(state: State, request: dict[str, Any]) -> Any:
    clock = state.position.clock
    match request['what']:
        case 'size':
            return sum(row.expire_at != 0 for row in state.visible())
        case 'nextExpiry':
            return min((row.expire_at for row in state.visible() if row.expire_at != 0), default=None)
        case 'expireAt':
            row = state.row(request['key'])
            return None if row is None or row.expire_at == 0 else row.expire_at
        case 'isExpired':
            stored = state.rows.get(request['key'])
            return stored is not None and not stored.is_visible(clock)
        case 'mayHaveExpired':
            return bool(state.expired())
        case 'expired':
            return [row.key for row in state.expired()[: check_limit(request['limit'])]]
        case what:
            raise InvalidArgumentError('what', f'There is no answer to {what}')
