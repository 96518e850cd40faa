//! The whole API on one page: every route, and the layers around them.

pub mod answer;
pub mod application_auth;
pub mod auth;
pub mod body_limit;
pub mod caller;
pub mod catalogue;
pub mod client_address;
pub mod connections;
pub mod cors;
pub mod csrf;
pub mod deadline;
pub mod docs;
mod dpop_nonce;
mod drain;
pub mod empty_body;
pub mod errors;
pub mod headers;
pub mod health;
pub mod host;
pub mod idempotency;
pub mod locale;
mod measure;
pub mod metrics;
pub mod picture;
pub mod problem;
pub mod request_id;
pub mod spa;
pub mod spec;
pub mod staff_auth;
pub mod tag;
mod unread;

use poem::{Endpoint, EndpointExt, Response, Route, middleware::CookieJarManager};
use poem_openapi::OpenApiService;

use crate::{
    account::{
        address::routes::AddressApi, reset_routes::ResetApi, routes::AccountApi,
        security_routes::SecurityApi,
    },
    admin::{
        condition_routes::AdminConditionApi, routes::AdminAccountApi, trail_routes::AdminTrailApi,
    },
    app::App,
    code::routes::CodeApi,
    config::Profile,
    email::routes::EmailApi,
    hall::{admin_routes::AdminHallApi, routes::HallApi, visit_routes::HallVisitApi},
    oidc::{
        self, admin_routes::AdminClientApi, consent_routes::ConsentApi, direct::routes::DirectApi,
        webhook::routes::WebhookApi,
    },
    second_factor::{passkey::routes::PasskeyApi, routes::SecondFactorApi},
    service::ServiceApi,
    session::{qr_routes::QrLoginApi, routes::SessionApi},
    staff::{admin_routes::AdminStaffApi, routes::StaffApi},
    verification::{
        alipay_routes::AlipayApi,
        face::{callback_routes::FaceCallbackApi, routes::FaceApi},
        routes::VerificationApi,
    },
};

/// Where the API is mounted.
pub const API_BASE: &str = "/api/v1";
/// The largest JSON body taken, in bytes.
const LARGEST_BODY: usize = 1 << 20;

type Api = (
    CodeApi,
    AccountApi,
    SessionApi,
    QrLoginApi,
    ResetApi,
    SecurityApi,
    EmailApi,
    SecondFactorApi,
    PasskeyApi,
    AddressApi,
    (
        VerificationApi,
        AlipayApi,
        FaceApi,
        FaceCallbackApi,
        HallVisitApi,
    ),
    (HallApi, StaffApi, AdminStaffApi, AdminHallApi),
    (
        AdminAccountApi,
        AdminTrailApi,
        AdminConditionApi,
        AdminClientApi,
    ),
    (ConsentApi, DirectApi, WebhookApi),
    ServiceApi,
);

/// The described operations.
pub fn api() -> OpenApiService<Api, ()> {
    OpenApiService::new(
        (
            CodeApi,
            AccountApi,
            SessionApi,
            QrLoginApi,
            ResetApi,
            SecurityApi,
            EmailApi,
            SecondFactorApi,
            PasskeyApi,
            AddressApi,
            (
                VerificationApi,
                AlipayApi,
                FaceApi,
                FaceCallbackApi,
                HallVisitApi,
            ),
            (HallApi, StaffApi, AdminStaffApi, AdminHallApi),
            (
                AdminAccountApi,
                AdminTrailApi,
                AdminConditionApi,
                AdminClientApi,
            ),
            (ConsentApi, DirectApi, WebhookApi),
            ServiceApi,
        ),
        "Renzheng 统一身份认证",
        env!("CARGO_PKG_VERSION"),
    )
    .description(include_str!("../../assets/api.md"))
    .license("Apache-2.0")
    .server(API_BASE)
}

/// Everything that is served on the main port.
pub fn endpoint(app: &App, spa: spa::Spa) -> impl Endpoint<Output = Response> + use<> {
    let api = api();
    let docs = docs::Docs::new(&api.swagger_ui_html());
    let operations = body_limit::limit(
        // Boxed, so that not every layer moves the futures of all operations about.
        idempotency::honour(deadline::keep(empty_body::is_json(
            api.with(CookieJarManager::new()).boxed(),
        ))),
        LARGEST_BODY,
    );

    let routes = Route::new()
        .nest(API_BASE, operations)
        .nest("/docs", docs.endpoint())
        .at("/openapi.json", spec::json())
        .at("/openapi.yaml", spec::yaml())
        .at("/healthz", health::healthz)
        .at("/readyz", health::readyz)
        .nest("/", spa);

    let routes = headers::refuse_trace(routes);
    let routes = csrf::refuse_cross_site(routes, vec![app.public_url.clone()]);
    // Other sites do send here; see there for what guards it.
    let routes = Route::new()
        .nest(
            "/oauth2",
            headers::refuse_trace(oidc::routes::endpoint(app)),
        )
        .nest(
            "/.well-known",
            headers::refuse_trace(oidc::routes::well_known()),
        )
        .nest("/", routes);
    let routes = host::refuse_unknown_host(connections::guard_heads(routes), hosts(app));
    // Boxed, or the type of so many layers is too deep for the compiler.
    let routes = measure::measure(routes.boxed().data(app.clone()), app.metrics.clone());
    let routes = client_address::trace(routes, app.config.trusted_proxies.clone());
    headers::secure(
        request_id::assign(drain::close_connections(
            dpop_nonce::renew(problem::dress(routes), app.clone()).boxed(),
            app.clone(),
        )),
        app.public_url.starts_with("https://"),
    )
}

/// The host names served: the public one, those configured, and in a demo every name of this machine.
fn hosts(app: &App) -> Vec<String> {
    let authority = app
        .public_url
        .split("://")
        .nth(1)
        .unwrap_or_default()
        .to_string();
    let public = authority
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
        .map_or(authority.as_str(), |(host, _)| host)
        .trim_matches(['[', ']'])
        .to_ascii_lowercase();
    let mut hosts = vec![public];
    hosts.extend(
        app.config
            .allowed_hosts
            .iter()
            .map(|host| host.to_ascii_lowercase()),
    );
    if app.config.profile == Profile::Demo {
        hosts.extend(["localhost", "127.0.0.1", "::1"].map(String::from));
    }
    hosts
}
