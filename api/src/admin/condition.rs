//! How providers and queues are, for operators.

use chrono::{DateTime, Utc};
use renzheng_types::admin::{Condition, QueueCondition};

use crate::{
    app::App,
    http::{auth::Never, problem::Fault},
    operate::store::{self, Waiting},
};

pub async fn show(app: &App) -> Result<Condition, Fault<Never>> {
    let now = app.clock.now();
    let mut providers = app.sms.condition(now);
    providers.extend(app.authority.condition(now));
    if let Some(alipay) = &app.alipay {
        providers.push(alipay.condition(now));
    }
    let queues = store::queues(&app.database).await?;
    Ok(Condition {
        node_id: app.node_id,
        version: env!("CARGO_PKG_VERSION").into(),
        at: now,
        providers,
        queues: queues
            .into_iter()
            .map(|(name, waiting)| queue(name, &waiting, now))
            .collect(),
    })
}

fn queue(name: &'static str, waiting: &Waiting, now: DateTime<Utc>) -> QueueCondition {
    let age = waiting.oldest.map(|at| (now - at).num_seconds().max(0));
    QueueCondition {
        name: name.into(),
        waiting: waiting.count,
        oldest_seconds: age.and_then(|age| u64::try_from(age).ok()),
    }
}
