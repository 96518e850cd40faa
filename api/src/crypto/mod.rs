//! Sealed fields, blind indexes, password hashing, signing keys.
