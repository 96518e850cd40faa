//! Staff, signed in, and allowed by their role.
//!
//! An operation takes [`Allowed<R>`] before its body: [`Allowed<Operators>`](Operators) lets operators through, answers
//! 401 to everybody who is not signed in as staff (citizens too) and 403 `role-not-allowed` to other staff. The
//! description gets both by itself.

use std::marker::PhantomData;

use poem::{Request, RequestBody};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions, SecurityScheme,
    auth::{ApiKey, Bearer},
    registry::Registry,
};
use renzheng_types::staff::StaffRole;

use super::{
    auth::{Never, app_of},
    csrf,
    problem::{Draft, Fault},
};
use crate::staff::{Member, session};

/// An access token from `POST /staff/sessions`.
#[derive(SecurityScheme)]
#[oai(rename = "staff-bearer", ty = "bearer", checker = "check_bearer")]
pub struct StaffBearer(Member);

/// The session of a browser that staff sign in with; unsafe methods need the header `X-CSRF` too.
#[derive(SecurityScheme)]
#[oai(
    rename = "staff-cookie",
    ty = "api_key",
    key_in = "cookie",
    key_name = "__Host-staff",
    checker = "check_cookie"
)]
pub struct StaffCookie(Member);

/// Signed-in staff, whatever their role.
#[derive(SecurityScheme)]
enum StaffSignedIn {
    Bearer(StaffBearer),
    Cookie(StaffCookie),
}

/// Which roles an operation is for.
pub trait Roles: Send + Sync {
    const ROLES: &'static [StaffRole];
}

macro_rules! roles {
    ($($(#[$about:meta])* $name:ident: $($role:ident)|+;)+) => {$(
        $(#[$about])*
        pub struct $name;

        impl Roles for $name {
            const ROLES: &'static [StaffRole] = &[$(StaffRole::$role),+];
        }
    )+};
}

roles! {
    /// All staff.
    Anyone: Clerk | Supervisor | Operator;
    /// Who serves people in a hall.
    Counter: Clerk | Supervisor;
    /// Who approves what others recorded.
    Supervisors: Supervisor;
    /// Who runs the service.
    Operators: Operator;
}

/// Signed-in staff of one of the roles `R`.
pub struct Allowed<R> {
    pub member: Member,
    roles: PhantomData<R>,
}

impl<'a, R: Roles> ApiExtractor<'a> for Allowed<R> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        <StaffSignedIn as ApiExtractor>::register(registry);
    }

    fn security_schemes() -> Vec<&'static str> {
        <StaffSignedIn as ApiExtractor>::security_schemes()
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let signed_in = StaffSignedIn::from_request(request, body, options).await?;
        let member = match signed_in {
            StaffSignedIn::Bearer(StaffBearer(member))
            | StaffSignedIn::Cookie(StaffCookie(member)) => member,
        };
        if !R::ROLES.contains(&member.role) {
            return Err(Draft::of("role-not-allowed").into());
        }
        Ok(Self {
            member,
            roles: PhantomData,
        })
    }
}

async fn check_bearer(request: &Request, bearer: Bearer) -> poem::Result<Member> {
    settle(session::live(app_of(request)?, &bearer.token, false).await)
}

async fn check_cookie(request: &Request, cookie: ApiKey) -> poem::Result<Member> {
    if request.headers().contains_key("authorization") {
        return Err(Draft::of("unauthenticated").into());
    }
    if !csrf::proves_same_origin(request) {
        return Err(Draft::of("cross-site-request").into());
    }
    settle(session::live(app_of(request)?, &cookie.key, true).await)
}

fn settle(found: anyhow::Result<Option<Member>>) -> poem::Result<Member> {
    match found {
        Ok(Some(member)) => Ok(member),
        Ok(None) => Err(Draft::of("unauthenticated").into()),
        Err(error) => Err(Fault::<Never>::from(error).into()),
    }
}
