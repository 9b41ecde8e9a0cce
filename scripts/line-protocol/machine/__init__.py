"""A replicated key-value state machine: what it holds is a function of the entries that were applied, and of
nothing else.

errors, plain      what the protocol says, and how
state              what a state is made of, and its bytes
commands           an entry's command, out of its bytes or out of an object
applying           what a command does
chunk              what can be wrong with a chunk
canonical          a whole state as bytes, the same on every replica
files, state_file  how files are made durable, and the one where the state lies
manifest           what a snapshot says of itself
snapshots, install those that were published, and one that is being received
reading            what readers see
machine            all of it together: to be read first
"""
