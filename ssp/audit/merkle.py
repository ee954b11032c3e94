"""Which bytes does a seal stand for? The leaf of a row, the root of a batch, the hash of a seal: all SHA-256."""

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

LEAF, NODE = b"\x00", b"\x01"  # told apart, so that a node can never pass for a row

# Every column of the row, in this order for ever. JSON keeps values apart; the time is written in UTC to the microsecond, so
# that no setting of a session changes the bytes. It stands here and not in a database function, which the owner could change.
LEAF_SQL = """sha256('\\x00'::bytea || convert_to(jsonb_build_array(
    id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), xid, force_id, school_id, actor_id, actor_role, actor_side,
    operation, event, object_type, object_id, subject_type, subject_id, recipient, reason, request_id, host(ip), details
)::text, 'UTF8'))"""


def root(leaves: Sequence[bytes]) -> bytes:
    """The Merkle root of a batch of leaves in their order; an odd one is carried up as it is.

    Raises:
        ValueError: there is no leaf.
    """
    if not leaves:
        raise ValueError("An empty batch has no root.")
    level = list(leaves)
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [sha256(NODE + left + right).digest() for left, right in pairs]
        if len(level) % 2:
            above.append(level[-1])
        level = above
    return level[0]


def seal_hash(facts: dict[str, Any]) -> str:
    """The hash of a seal over everything it says, the hash of the seal before included; hexadecimal."""
    return sha256(json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
