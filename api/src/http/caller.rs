//! Who is calling, as far as the connection tells: for limits, the device list and the audit trail.

use poem::{FromRequest, Request, RequestBody, Result, http::header};

use super::{client_address::ClientAddress, csrf, request_id};
use crate::session::token;

/// The cookie that makes a browser known.
pub const DEVICE_COOKIE: &str = "__Host-device";

/// The other end of a request.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The address, through trusted proxies.
    pub address: String,
    /// What limits count by: the IPv4 address, or the /64 of an IPv6 address.
    pub limit_key: String,
    /// At most 255 characters.
    pub user_agent: String,
    pub request_id: String,
    /// The SPA: keeps its session in a cookie.
    pub browser: bool,
    /// The cookie by which this browser is known from an earlier sign-in.
    pub device_cookie: Option<String>,
    /// The session that this browser has now.
    pub session_cookie: Option<String>,
}

impl Caller {
    /// The service itself, in work that no request waits for.
    pub fn system() -> Self {
        Self {
            address: String::new(),
            limit_key: String::new(),
            user_agent: String::new(),
            request_id: String::new(),
            browser: false,
            device_cookie: None,
            session_cookie: None,
        }
    }
}

impl<'a> FromRequest<'a> for Caller {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> Result<Self> {
        let address = ClientAddress::from_request(request, body).await?;
        let user_agent = request
            .header(header::USER_AGENT)
            .unwrap_or_default()
            .chars()
            .filter(|character| !character.is_control())
            .take(255)
            .collect();
        Ok(Self {
            address: address.to_string(),
            limit_key: address.limit_key(),
            user_agent,
            request_id: request_id::of(request),
            browser: csrf::is_browser_client(request),
            device_cookie: cookie(request, DEVICE_COOKIE),
            session_cookie: cookie(request, token::COOKIE),
        })
    }
}

/// The value of a cookie.
pub fn cookie(request: &Request, wanted: &str) -> Option<String> {
    request
        .headers()
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == wanted)
        .map(|(_, value)| value.to_string())
}
