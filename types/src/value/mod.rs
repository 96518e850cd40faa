//! What people type, parsed once at the edge: normalised, checked, masked for showing.
