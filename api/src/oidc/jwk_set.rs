//! The keys of clients that sign for themselves: registered with them, or fetched from where they say, through the guard
//! against addresses inside.

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use jsonwebtoken::{
    Header,
    jwk::{Jwk, JwkSet},
};
use moka::future::Cache;

use super::client::Client;
use crate::app::App;

const KEPT: Duration = Duration::from_secs(300);
/// A key that is not in the set may be new: it is looked for again, but not more often than this, whatever came of it.
/// Whoever sends a token decides when we ask.
const AGAIN_AFTER: Duration = Duration::from_secs(10);
const CAPACITY: u64 = 1000;

/// Key sets fetched lately.
pub struct KeySets {
    fetched: Cache<String, Arc<JwkSet>>,
    /// What came of asking just now; those that ask meanwhile wait for it.
    asked: Cache<String, Option<Arc<JwkSet>>>,
}

impl Default for KeySets {
    fn default() -> Self {
        let fetched = Cache::builder().max_capacity(CAPACITY).time_to_live(KEPT);
        let asked = Cache::builder()
            .max_capacity(CAPACITY)
            .time_to_live(AGAIN_AFTER);
        Self {
            fetched: fetched.build(),
            asked: asked.build(),
        }
    }
}

/// The keys that a token with this header may be signed with.
pub async fn candidates(app: &App, client: &Client, header: &Header) -> anyhow::Result<Vec<Jwk>> {
    if let Some(text) = &client.jwks {
        let set: JwkSet = serde_json::from_str(text).context("registered keys")?;
        return Ok(matching(&set, header));
    }
    let Some(uri) = &client.jwks_uri else {
        return Ok(Vec::new());
    };
    let sets = &app.key_sets;
    if let Some(set) = sets.fetched.get(uri).await {
        let found = matching(&set, header);
        if !found.is_empty() {
            return Ok(found);
        }
    }
    let asking = async {
        let set = fetch(app, client, uri).await?;
        sets.fetched.insert(uri.clone(), Arc::clone(&set)).await;
        Some(set)
    };
    let set = sets.asked.get_with(uri.clone(), asking).await;
    Ok(set.map_or_else(Vec::new, |set| matching(&set, header)))
}

async fn fetch(app: &App, client: &Client, uri: &str) -> Option<Arc<JwkSet>> {
    let body = match app.web.get(uri).await {
        Ok(body) => body,
        Err(error) => {
            tracing::warn!(client = client.id, %error, "keys of a client");
            return None;
        }
    };
    let set = serde_json::from_slice(&body);
    set.map(Arc::new)
        .inspect_err(|_| tracing::warn!(client = client.id, "keys of a client are not a key set"))
        .ok()
}

fn matching(set: &JwkSet, header: &Header) -> Vec<Jwk> {
    let named = |jwk: &&Jwk| match &header.kid {
        Some(kid) => jwk.common.key_id.as_ref() == Some(kid),
        None => true,
    };
    set.keys.iter().filter(named).cloned().collect()
}
