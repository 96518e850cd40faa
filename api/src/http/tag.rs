//! The chapters of the API's description.

use poem_openapi::Tags;

#[derive(Tags)]
pub enum Tag {
    /// Captchas and one-time codes.
    Codes,
    /// Registration and the person's own profile.
    Account,
    /// Sign-in, renewal, sign-out.
    Sessions,
    /// Password, phone, e-mail address, second factor, devices.
    Security,
    /// Real-name verification.
    Verification,
    /// Staff: enrolment, sign-in, themselves.
    Staff,
    /// Verification in service halls.
    Hall,
    /// What operators do.
    Admin,
    /// Applications that people sign in to with this account.
    Applications,
    /// What applications ask for themselves: with a token of their own, and no person before them.
    Integration,
    /// About the service itself.
    Service,
}
