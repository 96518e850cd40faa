//! Which language the caller reads: `Accept-Language` (RFC 9110, 12.5.4), Chinese by default.

use poem::{
    FromRequest, Request, RequestBody, Result,
    http::{HeaderValue, header},
};
use renzheng_types::Locale;

/// The first of our languages in the order of the header's weights.
pub fn preferred(request: &Request) -> Locale {
    of(request.headers().get(header::ACCEPT_LANGUAGE))
}

/// [`preferred`] from the header alone.
pub fn of(languages: Option<&HeaderValue>) -> Locale {
    languages
        .and_then(|value| value.to_str().ok())
        .and_then(|value| {
            accept_language::parse(value)
                .iter()
                .find_map(|tag| Locale::from_tag(tag))
        })
        .unwrap_or_default()
}

/// [`preferred`] as an extractor.
#[derive(Debug, Clone, Copy)]
pub struct Language(pub Locale);

impl<'a> FromRequest<'a> for Language {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> Result<Self> {
        Ok(Self(preferred(request)))
    }
}
