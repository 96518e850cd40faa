//! What goes back to an application through the person's browser (OpenID Connect Core §3.1.2.5, RFC 9207).

use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    error::OAuthError,
    request::{Request, ResponseMode},
};
use crate::app::App;

/// Parameters for a redirect URI.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Answer {
    pub redirect_uri: String,
    pub mode: ResponseMode,
    pub parameters: Vec<(String, String)>,
}

impl Answer {
    pub fn code(app: &App, request: &Request, code: &str) -> Self {
        let parameters = vec![("code".to_string(), code.to_string())];
        Self::new(
            app,
            &request.redirect_uri,
            request.response_mode,
            request.state.as_deref(),
            parameters,
        )
    }

    pub fn refusal(app: &App, request: &Request, error: OAuthError) -> Self {
        Self::error(
            app,
            &request.redirect_uri,
            request.response_mode,
            request.state.as_deref(),
            error,
        )
    }

    /// The refusal of a request that could not be read whole.
    pub fn error(
        app: &App,
        redirect_uri: &str,
        mode: ResponseMode,
        state: Option<&str>,
        error: OAuthError,
    ) -> Self {
        let code: &str = error.code.into();
        let parameters = vec![
            ("error".to_string(), code.to_string()),
            (
                "error_description".to_string(),
                error.description.to_string(),
            ),
        ];
        Self::new(app, redirect_uri, mode, state, parameters)
    }

    fn new(
        app: &App,
        redirect_uri: &str,
        mode: ResponseMode,
        state: Option<&str>,
        mut parameters: Vec<(String, String)>,
    ) -> Self {
        parameters.extend(state.map(|state| ("state".to_string(), state.to_string())));
        parameters.push(("iss".into(), app.public_url.clone()));
        Self {
            redirect_uri: redirect_uri.into(),
            mode,
            parameters,
        }
    }

    /// The redirect URI with the parameters in its query.
    ///
    /// # Errors
    /// When the URI is none; registration lets no such one in.
    pub fn url(&self) -> anyhow::Result<String> {
        let mut url = Url::parse(&self.redirect_uri)?;
        url.query_pairs_mut().extend_pairs(&self.parameters);
        Ok(url.into())
    }
}
