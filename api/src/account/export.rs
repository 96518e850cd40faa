//! A copy of everything that is held of a person, for themself (PIPL, article 45).

use renzheng_types::{Locale, step_up::StepUpPurpose};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{activity, address, consent, details::ShowRefusal, store};
use crate::{
    app::App,
    audit::{self, Event},
    code::limit,
    http::{caller::Caller, problem::Fault},
    oidc::consent as applications,
    second_factor::enrol,
    session::{Authenticated, devices, step_up},
    verification,
};

/// The latest of them; the trail itself is kept apart, by law.
const ACTIVITIES: usize = 1000;

/// Everything, unmasked. Needs a step-up, or a sign-in of the last five minutes.
pub async fn everything(
    app: &App,
    caller: &Caller,
    locale: Locale,
    session: &Authenticated,
    step_up: Option<&str>,
) -> Result<Value, Fault<ShowRefusal>> {
    let allowed = step_up::allowance(app, session, StepUpPurpose::Export, step_up)
        .await?
        .ok_or(ShowRefusal::StepUpRequired)?;
    if !step_up::use_up(app, allowed).await? {
        return Err(ShowRefusal::StepUpRequired.into());
    }
    app.count(app.windows_by_account(limit::EXPORT_BY_ACCOUNT, session.account_id))
        .await?
        .map_err(ShowRefusal::RateLimited)?;
    let event = Event::by_account(session.account_id, "export");
    audit::record(app, app.database.write(), caller, event).await?;
    Ok(collect(app, locale, session).await?)
}

async fn collect(app: &App, locale: Locale, session: &Authenticated) -> anyhow::Result<Value> {
    let id = session.account_id;
    let account = store::existing(app, id).await?;
    let open = |column, sealed: &Option<Vec<u8>>| {
        sealed
            .as_deref()
            .map(|sealed| app.vault.open_text(store::place(column, id), sealed))
            .transpose()
            .map(|text| text.map(|text| text.to_string()))
    };
    Ok(json!({
        "exported_at": app.clock.now(),
        "account": {
            "id": id,
            "nickname": account.nickname,
            "phone": open("phone", &account.phone_sealed)?,
            "phone_proven_at": account.phone_proven_at,
            "email": open("email", &account.email_sealed)?,
            "name": open("name", &account.name_sealed)?,
            "id_number": open("id_number", &account.id_number_sealed)?,
            "locale": account.locale,
            "status": account.status,
            "agreement": {
                "version": account.agreement_version,
                "accepted_at": account.agreement_accepted_at,
            },
            "created_at": account.created_at,
            "closes_at": account.closes_at,
        },
        "addresses": address::list(app, id).await?.items,
        "second_factors": enrol::show(app, id).await?,
        "sessions": devices::list(app, locale, session).await.map_err(internal)?.items,
        "verifications": verifications(app, id).await?,
        "consents": consents(app, id).await?,
        "applications": applications::export(app, locale, session).await.map_err(internal)?,
        "activity": activities(app, locale, id).await?,
    }))
}

async fn verifications(app: &App, account_id: Uuid) -> anyhow::Result<Vec<Value>> {
    let rows = verification::store::of_account(app, account_id).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            json!({
                "id": row.id,
                "method": row.method,
                "level": row.level,
                "status": row.status,
                "reason": row.reason,
                "provider": row.provider,
                "provider_reference": row.provider_reference,
                "created_at": row.created_at,
                "decided_at": row.decided_at,
                "valid_until": row.valid_until,
            })
        })
        .collect())
}

async fn consents(app: &App, account_id: Uuid) -> anyhow::Result<Vec<Value>> {
    let rows = consent::store::of_account(app, account_id).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            json!({
                "subject": row.subject,
                "version": row.version,
                "given_at": row.given_at,
                "withdrawn_at": row.withdrawn_at,
            })
        })
        .collect())
}

async fn activities(app: &App, locale: Locale, account_id: Uuid) -> anyhow::Result<Vec<Value>> {
    let mut all = Vec::new();
    let mut cursor: Option<String> = None;
    while all.len() < ACTIVITIES {
        let page = activity::list(app, locale, account_id, cursor.as_deref())
            .await
            .map_err(internal)?;
        for item in page.items {
            all.push(serde_json::to_value(item)?);
        }
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    Ok(all)
}

/// A fault of a part, as a fault of the whole.
fn internal<E: std::fmt::Debug>(fault: Fault<E>) -> anyhow::Error {
    match fault {
        Fault::Internal(error) => error,
        other => anyhow::anyhow!("{other:?}"),
    }
}
