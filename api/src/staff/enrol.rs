//! Enrolment: whoever holds the link sets their own password, links their own authenticator app, and says who they are
//! so that they can be kept from their own case. Nobody else ever sees, or chooses, a staff password.

use std::time::Duration;

use qrcode::{QrCode, render::svg};
use renzheng_types::{
    second_factor::TotpEnrolment,
    staff::{StaffEnrolled, StaffEnrolment, StaffEnrolmentProof},
    value::{IdNumber, OneTimeCode, Phone, ValueError},
};
use totp_rs::Secret;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{factor, place, session, store, view};
use crate::{
    account::{password_policy, store::violates},
    app::App,
    audit::{self, Event},
    code::limit,
    crypto::{OpaqueToken, Place},
    entity::staff::Model,
    http::{
        caller::Caller,
        problem::{Detail, Fault, InvalidFields, Refusal, RetryAfter},
    },
    second_factor::totp,
};

/// How long the app's secret waits for its first code.
const LIFE: Duration = Duration::from_secs(1800);

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum BeginRefusal {
    #[error("the link was used, replaced, or has lapsed")]
    StaffLinkExpired,
    #[error("too many tries")]
    RateLimited(RetryAfter),
}

impl Refusal for BeginRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            Self::StaffLinkExpired => Detail::None,
        }
    }
}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ConfirmRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("the app's code is not right")]
    TotpInvalid,
    #[error("the link was used, replaced, or has lapsed")]
    StaffLinkExpired,
    #[error("the app's secret has lapsed: open the link again")]
    EnrolmentExpired,
    #[error("the ID number is of somebody on the staff")]
    StaffExists,
    #[error("too many tries")]
    RateLimited(RetryAfter),
}

impl Refusal for ConfirmRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::InvalidInput(fields) => Detail::Fields(fields),
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            _ => Detail::None,
        }
    }
}

/// Opens the link: whose it is, and a new secret for the app.
pub async fn begin(
    app: &App,
    caller: &Caller,
    token: &str,
) -> Result<StaffEnrolment, Fault<BeginRefusal>> {
    app.count(app.windows_by_address(limit::STAFF_ENROLMENT_BY_ADDRESS, &caller.limit_key))
        .await?
        .map_err(BeginRefusal::RateLimited)?;
    let (staff, _) = find(app, token)
        .await?
        .ok_or(BeginRefusal::StaffLinkExpired)?;
    let secret: [u8; totp::SECRET_BYTES] = rand::random();
    let uri = totp::generator(&secret, &format!("staff {}", staff.login))?
        .to_url()
        .map_err(|error| anyhow::anyhow!("authenticator: {error:?}"))?;
    let qr_svg = QrCode::new(uri.as_bytes())
        .map_err(|error| anyhow::anyhow!("QR code: {error}"))?
        .render::<svg::Color<'_>>()
        .min_dimensions(200, 200)
        .build();
    let sealed = app.vault.seal(waiting(staff.id), &secret);
    app.ephemeral.put(&key(staff.id), &sealed, LIFE).await?;
    Ok(StaffEnrolment {
        staff: view::member(app, &staff).await?,
        totp: TotpEnrolment {
            secret: Secret::from(secret.to_vec()).to_base32(),
            uri,
            qr_svg,
            expires_in: LIFE.as_secs() as u32,
        },
    })
}

/// Ends: everything is set at once, the link is used up, and the person is signed in.
pub async fn confirm(
    app: &App,
    caller: &Caller,
    request: StaffEnrolmentProof,
) -> Result<(StaffEnrolled, Option<String>), Fault<ConfirmRefusal>> {
    let password = Zeroizing::new(request.password);
    let mut invalid = InvalidFields::default();
    let today = app.clock.now().date_naive();
    let id_number = invalid.note("id_number", IdNumber::parse(&request.id_number, today));
    let phone = invalid.note("phone", Phone::parse(&request.phone));
    let code = invalid.note("code", OneTimeCode::parse(&request.code));
    let (Some(id_number), Some(phone), Some(code)) = (id_number, phone, code) else {
        return Err(ConfirmRefusal::InvalidInput(invalid).into());
    };
    let (staff, digest) = find(app, &request.token)
        .await?
        .ok_or(ConfirmRefusal::StaffLinkExpired)?;
    factor::count(app, staff.id)
        .await?
        .map_err(ConfirmRefusal::RateLimited)?;
    let sealed = app
        .ephemeral
        .get(&key(staff.id))
        .await?
        .ok_or(ConfirmRefusal::EnrolmentExpired)?;
    let secret = app
        .vault
        .open_sealed(waiting(staff.id), &sealed)
        .map_err(anyhow::Error::from)?;
    let step =
        totp::matching_step(app, &secret, code.as_str())?.ok_or(ConfirmRefusal::TotpInvalid)?;
    let id_number_index = app.vault.blind_index("id-number", id_number.as_str());
    let one = |field, error| ConfirmRefusal::InvalidInput(InvalidFields::one(field, error));
    if staff
        .id_number_index
        .as_ref()
        .is_some_and(|known| *known != id_number_index)
    {
        return Err(one("id_number", ValueError::DiffersFromFile).into());
    }
    let mut personal = view::personal_words(app, &staff)?;
    personal.push(phone.as_str().into());
    password_policy::judge(app, password.clone(), personal)
        .await?
        .map_err(|error| one("password", error))?;
    let enrolment = store::Enrolment {
        password_hash: app.passwords.hash(password).await?,
        totp_sealed: app.vault.seal(place("totp", staff.id), &secret),
        totp_step: step,
        id_number_index,
        phone_index: app.vault.blind_index("phone", phone.as_str()),
    };
    let now = app.clock.now();
    let transaction = app.database.begin().await?;
    match store::enrol(&transaction, staff.id, &digest, enrolment, now).await {
        Err(error) if violates(&error, "id_number_index") => {
            return Err(ConfirmRefusal::StaffExists.into());
        }
        Ok(false) => return Err(ConfirmRefusal::StaffLinkExpired.into()),
        other => other?,
    };
    let recovery_codes = factor::renew_codes(app, &transaction, staff.id).await?;
    store::end_sessions(&transaction, staff.id, None, "enrolled", now).await?;
    let event = Event::by_staff(staff.id, Some(staff.id), "staff.enrol");
    audit::record(app, &transaction, caller, event).await?;
    let begun = session::open(app, &transaction, caller, &staff, factor::APP).await?;
    transaction.commit().await?;
    app.ephemeral.remove(&key(staff.id)).await?;
    let mut session = begun.session;
    session.staff.recovery_codes_left = u32::try_from(recovery_codes.len()).unwrap_or_default();
    let enrolled = StaffEnrolled {
        session,
        recovery_codes,
    };
    Ok((enrolled, begun.cookie))
}

async fn find(app: &App, token: &str) -> anyhow::Result<Option<(Model, [u8; 32])>> {
    let Some(digest) = OpaqueToken::digest_of(token.trim()) else {
        return Ok(None);
    };
    let staff = store::find_by_enrolment(app, &digest, app.clock.now()).await?;
    Ok(staff.map(|staff| (staff, digest)))
}

fn key(staff_id: Uuid) -> String {
    format!("staff-enrolment:{staff_id}")
}

const fn waiting(staff_id: Uuid) -> Place<'static> {
    Place {
        table: "ephemeral",
        column: "staff-enrolment",
        row: staff_id,
    }
}
