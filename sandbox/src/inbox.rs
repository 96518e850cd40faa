//! Messages that were "sent": kept in memory, newest first, a bounded number.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

const KEPT: usize = 20_000;

/// A text message.
#[derive(Debug, Clone, Serialize)]
pub struct Sms {
    pub id: Uuid,
    pub phone: String,
    pub text: String,
    /// The code in it, if it has one.
    pub code: Option<String>,
    pub at: DateTime<Utc>,
}

/// A mail.
#[derive(Debug, Clone, Serialize)]
pub struct Mail {
    pub id: Uuid,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// The links in it.
    pub links: Vec<String>,
    pub at: DateTime<Utc>,
}

/// What an inbox holds.
pub trait Message: Clone {
    fn id(&self) -> Uuid;
    fn to(&self) -> &str;
}

impl Message for Sms {
    fn id(&self) -> Uuid {
        self.id
    }

    fn to(&self) -> &str {
        &self.phone
    }
}

impl Message for Mail {
    fn id(&self) -> Uuid {
        self.id
    }

    fn to(&self) -> &str {
        &self.to
    }
}

/// Messages of one kind.
pub struct Inbox<M>(Mutex<Kept<M>>);

struct Kept<M> {
    messages: VecDeque<M>,
    references: HashMap<String, Uuid>,
}

impl<M> Default for Inbox<M> {
    fn default() -> Self {
        Self(Mutex::new(Kept {
            messages: VecDeque::new(),
            references: HashMap::new(),
        }))
    }
}

impl<M: Message> Inbox<M> {
    /// Keeps a message, once for each `reference`. Answers the id under which it is kept.
    pub fn put(&self, reference: Option<&str>, message: M) -> Uuid {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let id = message.id();
        if let Some(reference) = reference {
            if let Some(known) = kept.references.get(reference) {
                return *known;
            }
            kept.references.insert(reference.into(), id);
        }
        kept.messages.push_front(message);
        kept.messages.truncate(KEPT);
        id
    }

    /// The messages to someone, or all, newest first.
    pub fn to(&self, recipient: Option<&str>) -> Vec<M> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.messages
            .iter()
            .filter(|message| recipient.is_none_or(|recipient| message.to() == recipient))
            .take(200)
            .cloned()
            .collect()
    }
}

/// A template filled in behind its signature, and the code in it.
pub fn fill(sign_name: &str, template: &str, values: &[(&str, &str)]) -> (String, Option<String>) {
    let mut text = format!("【{sign_name}】{template}");
    let mut code = None;
    for (name, value) in values {
        let mark = format!("${{{name}}}");
        if *name == "code" && text.contains(&mark) {
            code = Some((*value).to_string());
        }
        text = text.replace(&mark, value);
    }
    (text, code)
}

/// The names in a template, in the order of the text.
pub fn names(template: &str) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for part in template.split("${").skip(1) {
        let name = part.split('}').next().unwrap_or_default();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
