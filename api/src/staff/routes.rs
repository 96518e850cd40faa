//! `/staff`

use poem::web::Data;
use poem_openapi::{OpenApi, payload::Json};
use renzheng_types::{
    second_factor::RecoveryCodes,
    staff::{
        NewStaffEnrolment, StaffEnrolled, StaffEnrolment, StaffEnrolmentProof, StaffMember,
        StaffPasswordChange, StaffProof, StaffSession, StaffSignIn,
    },
};

use super::{enrol, own, session, view};
use crate::{
    app::App,
    http::{
        answer::{Created, Done, SignedOut},
        auth::Never,
        caller::Caller,
        problem::Fault,
        staff_auth::{Allowed, Anyone},
        tag::Tag,
    },
    session::token,
};

pub struct StaffApi;

#[OpenApi(tag = "Tag::Staff")]
impl StaffApi {
    /// Open an enrolment link
    ///
    /// Answers whose it is, and a secret for the authenticator app. It can be opened again until it is used; the secret
    /// is then another. Permissions: whoever holds the link.
    #[oai(
        path = "/staff/enrolments",
        method = "post",
        operation_id = "begin_staff_enrolment"
    )]
    async fn begin_staff_enrolment(
        &self,
        app: Data<&App>,
        caller: Caller,
        body: Json<NewStaffEnrolment>,
    ) -> Result<Created<StaffEnrolment>, Fault<enrol::BeginRefusal>> {
        let begun = enrol::begin(&app, &caller, &body.0.token).await?;
        Ok(Created::of(begun))
    }

    /// Enrol
    ///
    /// Sets the password, links the app and signs in; the link is used up. The recovery codes are shown this once.
    /// Permissions: whoever holds the link.
    #[oai(
        path = "/staff/enrolments/confirmation",
        method = "post",
        operation_id = "confirm_staff_enrolment"
    )]
    async fn confirm_staff_enrolment(
        &self,
        app: Data<&App>,
        caller: Caller,
        body: Json<StaffEnrolmentProof>,
    ) -> Result<Created<StaffEnrolled>, Fault<enrol::ConfirmRefusal>> {
        let (enrolled, cookie) = enrol::confirm(&app, &caller, body.0).await?;
        Ok(Created::with_cookie(enrolled, cookie))
    }

    /// Sign in as staff
    ///
    /// By staff number, password and a code of the authenticator app, or a recovery code: all three at once, and one
    /// answer whichever is wrong. In the place of the code stands a passkey's answer to `POST /passkey-challenges`. The
    /// session ends after 15 minutes without use and after 12 hours in any case. With the header `X-CSRF` it is kept in
    /// a cookie. Permissions: enrolled staff.
    #[oai(
        path = "/staff/sessions",
        method = "post",
        operation_id = "create_staff_session"
    )]
    async fn create_staff_session(
        &self,
        app: Data<&App>,
        caller: Caller,
        body: Json<StaffSignIn>,
    ) -> Result<Created<StaffSession>, Fault<session::SignInRefusal>> {
        let begun = session::sign_in(&app, &caller, body.0).await?;
        Ok(Created::with_cookie(begun.session, begun.cookie))
    }

    /// Sign out as staff
    ///
    /// Permissions: signed-in staff of any role.
    #[oai(
        path = "/staff/sessions/current",
        method = "delete",
        operation_id = "delete_current_staff_session"
    )]
    async fn delete_current_staff_session(
        &self,
        app: Data<&App>,
        caller: Caller,
        staff: Allowed<Anyone>,
    ) -> Result<SignedOut, Fault<Never>> {
        session::sign_out(&app, &caller, &staff.member).await?;
        Ok(SignedOut::Done(token::cookie(session::COOKIE, "", Some(0))))
    }

    /// Show who I am on the staff
    ///
    /// Permissions: signed-in staff of any role.
    #[oai(path = "/staff/me", method = "get", operation_id = "show_staff_me")]
    async fn show_staff_me(
        &self,
        app: Data<&App>,
        staff: Allowed<Anyone>,
    ) -> Result<Json<StaffMember>, Fault<Never>> {
        Ok(Json(view::member(&app, &staff.member.staff).await?))
    }

    /// Change my staff password
    ///
    /// With the present one and a second factor. Ends every other session. Permissions: signed-in staff of any role.
    #[oai(
        path = "/staff/me/password",
        method = "put",
        operation_id = "replace_staff_password"
    )]
    async fn replace_staff_password(
        &self,
        app: Data<&App>,
        caller: Caller,
        staff: Allowed<Anyone>,
        body: Json<StaffPasswordChange>,
    ) -> Result<Done, Fault<own::ProofRefusal>> {
        own::change_password(&app, &caller, &staff.member, body.0).await?;
        Ok(Done::Done)
    }

    /// Renew my staff recovery codes
    ///
    /// With the password and a second factor; the old ones are void at once. Permissions: signed-in staff of any role.
    #[oai(
        path = "/staff/me/recovery-codes",
        method = "post",
        operation_id = "renew_staff_recovery_codes"
    )]
    async fn renew_staff_recovery_codes(
        &self,
        app: Data<&App>,
        caller: Caller,
        staff: Allowed<Anyone>,
        body: Json<StaffProof>,
    ) -> Result<Created<RecoveryCodes>, Fault<own::ProofRefusal>> {
        let codes = own::renew_codes(&app, &caller, &staff.member, body.0).await?;
        Ok(Created::of(codes))
    }
}
