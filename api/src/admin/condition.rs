//! How providers and queues are, for operators. Each node finds out for itself whether a provider answers, and says so to
//! the others every few seconds.

use chrono::{DateTime, TimeDelta, Utc};
use renzheng_types::admin::{Condition, NodeCondition, ProviderCondition, QueueCondition};

use super::node_store;
use crate::{
    app::App,
    entity::node,
    http::{auth::Never, problem::Fault},
    operate::store::{self, Waiting},
};

/// A node that has said nothing for so long is gone.
const PRESENT_FOR: TimeDelta = TimeDelta::seconds(20);

pub async fn show(app: &App) -> Result<Condition, Fault<Never>> {
    let now = app.clock.now();
    let mut nodes = vec![own(app, now)];
    for other in node_store::seen(app, now - PRESENT_FOR).await? {
        if other.id != app.node_id {
            nodes.push(told(other));
        }
    }
    let queues = store::queues(&app.database).await?;
    Ok(Condition {
        node_id: app.node_id,
        version: env!("CARGO_PKG_VERSION").into(),
        at: now,
        providers: worst(&nodes),
        nodes,
        queues: queues
            .into_iter()
            .map(|(name, waiting)| queue(name, &waiting, now))
            .collect(),
    })
}

/// The job: says to the other nodes how this one finds the providers. With a database of its own it has no others.
pub async fn publish(app: &App) -> anyhow::Result<()> {
    if app.database.file().is_some() {
        return Ok(());
    }
    let own = own(app, app.clock.now());
    let node = node::Model {
        id: own.node_id,
        version: own.version,
        seen_at: own.at,
        providers: serde_json::to_string(&own.providers)?,
    };
    Ok(node_store::publish(app, node).await?)
}

/// Forgets nodes that are gone.
pub async fn purge(app: &App) -> anyhow::Result<()> {
    Ok(node_store::purge(app, app.clock.now() - PRESENT_FOR).await?)
}

fn own(app: &App, now: DateTime<Utc>) -> NodeCondition {
    let mut providers = app.sms.condition(now);
    providers.extend(app.authority.condition(now));
    if let Some(alipay) = &app.alipay {
        providers.push(alipay.condition(now));
    }
    NodeCondition {
        node_id: app.node_id,
        version: env!("CARGO_PKG_VERSION").into(),
        at: now,
        providers,
    }
}

fn told(node: node::Model) -> NodeCondition {
    NodeCondition {
        node_id: node.id,
        version: node.version,
        at: node.seen_at,
        // A node of another version may say it in other words; then only that it is there is known.
        providers: serde_json::from_str(&node.providers).unwrap_or_default(),
    }
}

/// Each provider as the node finds it that finds it worst.
fn worst(nodes: &[NodeCondition]) -> Vec<ProviderCondition> {
    let rank = |found: &ProviderCondition| (found.state, found.failures, found.until);
    let mut all: Vec<ProviderCondition> = Vec::new();
    for found in nodes.iter().flat_map(|node| &node.providers) {
        let same = all
            .iter_mut()
            .find(|other| (&other.name, &other.serves) == (&found.name, &found.serves));
        match same {
            Some(other) if rank(other) < rank(found) => *other = found.clone(),
            Some(_) => {}
            None => all.push(found.clone()),
        }
    }
    all
}

fn queue(name: &'static str, waiting: &Waiting, now: DateTime<Utc>) -> QueueCondition {
    let age = waiting.oldest.map(|at| (now - at).num_seconds().max(0));
    QueueCondition {
        name: name.into(),
        waiting: waiting.count,
        oldest_seconds: age.and_then(|age| u64::try_from(age).ok()),
    }
}
