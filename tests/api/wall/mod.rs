//! What attackers do, by the scenarios of docs/security-coverage.md, where no file of an operation has it already.

mod contacts;
mod forgeries;
mod headers;
mod http2;
mod links;
mod lockout;
mod races;
mod redirects;
mod strangers;
mod text;
mod wire;
