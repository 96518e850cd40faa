//! Sign-ins that go on in another browser: the QR code on one screen, the phone that scanned it.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::KEPT;

/// What an application asks of a person, as it stands in the address of the sign-in page.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Asked {
    #[serde(default)]
    pub app_id: String,
    #[serde(default)]
    pub scope: String,
    #[serde(default)]
    pub redirect_uri: String,
    #[serde(default)]
    pub state: String,
}

/// By id: what is asked, and where the screen with the code is to go, once the phone has decided.
#[derive(Default)]
pub struct Tickets(Mutex<HashMap<Uuid, (Asked, Option<String>)>>);

impl Tickets {
    pub fn open(&self, asked: Asked) -> Uuid {
        let id = Uuid::new_v4();
        let mut tickets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if tickets.len() >= KEPT {
            tickets.clear();
        }
        tickets.insert(id, (asked, None));
        id
    }

    pub fn find(&self, id: Uuid) -> Option<(Asked, Option<String>)> {
        let tickets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tickets.get(&id).cloned()
    }

    pub fn decide(&self, id: Uuid, location: String) {
        let mut tickets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, decided)) = tickets.get_mut(&id) {
            decided.get_or_insert(location);
        }
    }
}
