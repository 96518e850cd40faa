//! Where the URL of a PostgreSQL leads, as the driver reads it.

use sea_orm::sqlx::postgres::{PgConnectOptions, PgSslMode};

/// Where a connection goes.
pub struct Destination {
    /// A host name or address; none for a socket on this machine.
    pub host: Option<String>,
    /// Whether the other end must show a certificate for that name.
    pub verified: bool,
}

/// Where `url` leads; none where the driver cannot read it, and so will not go.
pub fn destination(url: &str) -> Option<Destination> {
    let options: PgConnectOptions = url.parse().ok()?;
    let host = options.get_host();
    let by_socket = options.get_socket().is_some() || host.starts_with('/');
    Some(Destination {
        host: (!by_socket).then(|| host.to_owned()),
        verified: matches!(options.get_ssl_mode(), PgSslMode::VerifyFull),
    })
}
