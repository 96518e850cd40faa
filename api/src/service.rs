//! `/service`: what the service says of itself.

use poem::web::Data;
use poem_openapi::{OpenApi, payload::Json};
use renzheng_types::{
    Locale,
    service::{ServiceInfo, ServiceProfile},
};

use crate::{
    app::App,
    config::Profile,
    http::{auth::Never, locale::Language, problem::Fault, tag::Tag},
};

pub struct ServiceApi;

#[OpenApi(tag = "Tag::Service")]
impl ServiceApi {
    /// Describe this service
    ///
    /// Its name, whether it is a demo, and whom to call for help. Permissions: anyone.
    #[oai(path = "/service", method = "get", operation_id = "show_service")]
    async fn show_service(
        &self,
        app: Data<&App>,
        language: Language,
    ) -> Result<Json<ServiceInfo>, Fault<Never>> {
        Ok(Json(describe(&app, language.0)))
    }
}

/// What the service says of itself.
pub fn describe(app: &App, locale: Locale) -> ServiceInfo {
    ServiceInfo {
        name: name(locale).into(),
        profile: match app.config.profile {
            Profile::Demo => ServiceProfile::Demo,
            Profile::Production => ServiceProfile::Production,
        },
        sandbox_url: app.sandbox_url.clone(),
        help_line: app.config.help_line.clone(),
        version: env!("CARGO_PKG_VERSION").into(),
    }
}

pub const fn name(locale: Locale) -> &'static str {
    locale.pick("统一身份认证", "Unified Identity")
}
