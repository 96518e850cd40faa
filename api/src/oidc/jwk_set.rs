//! The keys of clients that sign for themselves: registered with them, or fetched from where they say, through the guard
//! against addresses inside.

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use jsonwebtoken::{
    Header,
    jwk::{Jwk, JwkSet},
};
use moka::sync::Cache;

use super::client::Client;
use crate::app::App;

const KEPT: Duration = Duration::from_secs(300);
/// A key that is not in the set may be new: it is looked for again, but not more often than this.
const AGAIN_AFTER: Duration = Duration::from_secs(30);
const CAPACITY: u64 = 1000;

/// Key sets fetched lately.
pub struct KeySets {
    fetched: Cache<String, Arc<JwkSet>>,
    refetched: Cache<String, ()>,
}

impl Default for KeySets {
    fn default() -> Self {
        let cache = Cache::builder().max_capacity(CAPACITY);
        Self {
            fetched: cache.time_to_live(KEPT).build(),
            refetched: Cache::builder()
                .max_capacity(CAPACITY)
                .time_to_live(AGAIN_AFTER)
                .build(),
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
    if let Some(set) = app.key_sets.fetched.get(uri) {
        let found = matching(&set, header);
        if !found.is_empty() || app.key_sets.refetched.contains_key(uri) {
            return Ok(found);
        }
    }
    app.key_sets.refetched.insert(uri.clone(), ());
    let body = match app.web.get(uri).await {
        Ok(body) => body,
        Err(error) => {
            tracing::warn!(client = client.id, %error, "keys of a client");
            return Ok(Vec::new());
        }
    };
    let Ok(set) = serde_json::from_slice::<JwkSet>(&body) else {
        tracing::warn!(client = client.id, "keys of a client are not a key set");
        return Ok(Vec::new());
    };
    let set = Arc::new(set);
    app.key_sets.fetched.insert(uri.clone(), Arc::clone(&set));
    Ok(matching(&set, header))
}

fn matching(set: &JwkSet, header: &Header) -> Vec<Jwk> {
    let named = |jwk: &&Jwk| match &header.kid {
        Some(kid) => jwk.common.key_id.as_ref() == Some(kid),
        None => true,
    };
    set.keys.iter().filter(named).cloned().collect()
}
