//! Asks the authority again for attempts that an outage, or a crash, left pending, and what came of pages that nobody
//! came back from.

use futures_util::{StreamExt, stream};

use renzheng_types::verification::Method;

use super::{
    alipay, attempt,
    decide::{self, Outcome},
    face, store,
};
use crate::{app::App, entity::verification_attempt::Model, http::caller::Caller};

const AT_ONCE: usize = 4;

pub async fn run(app: &App) -> anyhow::Result<()> {
    let due = store::claim_due(app).await?;
    stream::iter(due)
        .for_each_concurrent(AT_ONCE, |row| async move {
            if let Err(error) = again(app, &row).await {
                tracing::error!(attempt = %row.id, error = format!("{error:#}"), "verification retry");
            }
        })
        .await;
    face::finish::run(app).await
}

async fn again(app: &App, row: &Model) -> anyhow::Result<()> {
    let caller = Caller::system();
    let (outcome, identity) = if row.method == <&str>::from(Method::Alipay) {
        alipay::ask(app, &caller, row).await?
    } else {
        let claim = store::open_claim(app, row, app.clock.now().date_naive())?;
        let outcome = decide::ask(app, &caller, row, &claim).await?;
        (outcome, Some(claim.identity))
    };
    // An attempt that was never put off was cut short by a crash: its try is still counted, as if it had failed.
    let cut_short = row.reason.is_none();
    let counts = matches!(outcome, Outcome::Failed | Outcome::TakenByAnother);
    if cut_short && !counts {
        let windows = attempt::windows_of_person(app, row.account_id, identity.as_ref());
        attempt::give_back(app, &windows).await?;
    }
    Ok(())
}
