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
pub mod empty_body;
pub mod errors;
mod front;
pub mod headers;
pub mod health;
pub mod host;
pub mod idempotency;
pub mod locale;
mod measure;
pub mod metrics;
mod operations;
pub mod picture;
pub mod problem;
pub mod query;
pub mod request_id;
pub mod spa;
pub mod spec;
pub mod staff_auth;
pub mod tag;
mod unread;

use poem::{Endpoint, IntoEndpoint, Response, Route};
use poem_openapi::OpenApiService;

use self::{front::Front, operations::Operations};
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
    email::routes::EmailApi,
    hall::{admin_routes::AdminHallApi, routes::HallApi, visit_routes::HallVisitApi},
    oidc::{
        self, admin_routes::AdminClientApi, consent_routes::ConsentApi, direct::routes::DirectApi,
        webhook::routes::WebhookApi,
    },
    second_factor::{passkey::routes::PasskeyApi, routes::SecondFactorApi},
    service::ServiceApi,
    session::{qr_routes::QrLoginApi, routes::SessionApi},
    staff::{admin_routes::AdminStaffApi, passkey::routes::StaffPasskeyApi, routes::StaffApi},
    verification::{
        alipay_routes::AlipayApi,
        face::{callback_routes::FaceCallbackApi, routes::FaceApi},
        routes::VerificationApi,
    },
};

/// Where the API is mounted.
pub const API_BASE: &str = "/api/v1";

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
    (
        HallApi,
        StaffApi,
        StaffPasskeyApi,
        AdminStaffApi,
        AdminHallApi,
    ),
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
            (
                HallApi,
                StaffApi,
                StaffPasskeyApi,
                AdminStaffApi,
                AdminHallApi,
            ),
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
    let operations = Operations::new(api().into_endpoint(), vec![app.public_url.clone()]);

    let routes = Route::new()
        .nest(API_BASE, operations)
        // Other sites do send here; see there for what guards it.
        .nest("/oauth2", oidc::routes::endpoint(app))
        .nest("/.well-known", oidc::routes::well_known())
        .nest("/docs", docs::endpoint())
        .at("/openapi.json", spec::json())
        .at("/openapi.yaml", spec::yaml())
        .at("/healthz", health::healthz)
        .at("/readyz", health::readyz)
        .nest("/", spa);
    Front::new(routes, app.clone())
}
