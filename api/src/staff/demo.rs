//! Staff of a demonstration: one of each role, in a hall of their own, with credentials that the sandbox's pages show.
//!
//! They are made when somebody first looks at that page, only in the demo profile, and their rows say so: the
//! production profile lets none of them in, wherever the database came from. The credentials follow from this
//! installation's keys, so that nothing needs to be stored to show them again.

use anyhow::Context;
use renzheng_types::staff::StaffRole;
use totp_rs::Secret;
use zeroize::Zeroizing;

use super::{place, store};
use crate::{
    account::store::violates,
    app::App,
    audit::{self, Event},
    config::Profile,
    entity::{hall, staff::Model},
    hall::store as halls,
    http::caller::Caller,
    second_factor::totp,
};

const HALL: (&str, &str) = ("示范政务服务中心", "人民路 1 号");
/// Login, name, ID number and phone: fictional people of the sandbox's population, so that a tester can see that nobody
/// handles their own case.
const STAFF: [(&str, &str, StaffRole, u32); 3] = [
    ("demo.clerk", "王小红", StaffRole::Clerk, 9001),
    ("demo.supervisor", "李建国", StaffRole::Supervisor, 9002),
    ("demo.operator", "陈思远", StaffRole::Operator, 9003),
];

/// What a tester signs in with.
pub struct Credentials {
    pub login: &'static str,
    pub name: &'static str,
    pub role: StaffRole,
    pub password: String,
    /// base32, for an authenticator app.
    pub totp_secret: String,
    /// The app's code now.
    pub totp_code: String,
}

/// Makes the demo staff where they are not there yet, and answers their credentials.
///
/// # Errors
/// Outside the demo profile, always.
pub async fn credentials(app: &App) -> anyhow::Result<Vec<Credentials>> {
    anyhow::ensure!(
        app.config.profile == Profile::Demo,
        "demo staff exist in the demo profile only"
    );
    let hall_id = hall(app).await?;
    let mut all = Vec::with_capacity(STAFF.len());
    for (login, name, role, citizen) in STAFF {
        let secret = secret(app, login);
        let password = password(app, login);
        if store::find_by_login(app, login).await?.is_none() {
            let hall_id = (role != StaffRole::Operator).then_some(hall_id);
            let citizen = renzheng_sandbox::population::Population::default().citizen(citizen);
            let id = app.clock.new_id();
            let now = app.clock.now();
            let index = |domain, text: &str| app.vault.blind_index(domain, text);
            let row = Model {
                id,
                login: login.into(),
                name_sealed: app.vault.seal_text(place("name", id), name),
                email_sealed: None,
                role: <&str>::from(role).into(),
                hall_id,
                demo: true,
                password_hash: Some(app.passwords.hash(password.clone()).await?),
                totp_sealed: Some(app.vault.seal(place("totp", id), &secret)),
                totp_last_step: 0,
                id_number_index: Some(index("id-number", &citizen.id_number)),
                phone_index: Some(index("phone", &citizen.phone)),
                enrolment_digest: None,
                enrolment_expires_at: None,
                created_at: now,
                enrolled_at: Some(now),
                disabled_at: None,
            };
            let transaction = app.database.begin().await?;
            match store::insert(&transaction, row).await {
                // Another look at the page was quicker.
                Err(error) if violates(&error, "staff") => transaction.rollback().await?,
                other => {
                    other?;
                    let event = Event::by_console(Some(id), "staff.demo");
                    audit::record(app, &transaction, &Caller::system(), event).await?;
                    transaction.commit().await?;
                }
            }
        }
        let now = u64::try_from(app.clock.now().timestamp()).context("a clock before 1970")?;
        all.push(Credentials {
            login,
            name,
            role,
            password: password.to_string(),
            totp_code: totp::generator(&secret, login)?.generate(now).to_string(),
            totp_secret: Secret::from(secret.to_vec()).to_base32(),
        });
    }
    Ok(all)
}

async fn hall(app: &App) -> anyhow::Result<uuid::Uuid> {
    let (name, address) = HALL;
    let find = async || -> anyhow::Result<Option<uuid::Uuid>> {
        let all = halls::list(app).await?;
        Ok(all
            .into_iter()
            .find(|hall| hall.name == name)
            .map(|hall| hall.id))
    };
    if let Some(id) = find().await? {
        return Ok(id);
    }
    let row = hall::Model {
        id: app.clock.new_id(),
        name: name.into(),
        address: address.into(),
        created_at: app.clock.now(),
        closed_at: None,
    };
    match halls::insert(app.database.write(), row.clone()).await {
        Err(error) if violates(&error, "name") => {
            find().await?.context("a hall that was just there")
        }
        other => Ok(other.map(|()| row.id)?),
    }
}

fn secret(app: &App, login: &str) -> [u8; totp::SECRET_BYTES] {
    let mac = app.vault.mac("demo-staff", &[login.as_bytes(), b"totp"]);
    let mut secret = [0; totp::SECRET_BYTES];
    secret.copy_from_slice(&mac[..totp::SECRET_BYTES]);
    secret
}

fn password(app: &App, login: &str) -> Zeroizing<String> {
    let mac = app
        .vault
        .mac("demo-staff", &[login.as_bytes(), b"password"]);
    Zeroizing::new(format!("demo-{}", hex::encode(&mac[..8])))
}
