"""Values with bytes anywhere in them, as JSON: bytes are an object with one field, `base64`."""

import base64
from typing import Any


def plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return {'base64': base64.b64encode(value).decode()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    return value


def unplain(value: Any) -> Any:
    """With its bytes as bytes."""
    if isinstance(value, list):
        return [unplain(one) for one in value]
    if not isinstance(value, dict):
        return value
    if list(value) == ['base64']:
        return base64.b64decode(value['base64'])
    return {name: unplain(one) for name, one in value.items()}
