use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

use uuid::Uuid;
use yew::prelude::*;

use super::Values;
use crate::browser;

/// How the names of drafts in the tab's storage begin; the owner, the form and the field follow.
const DRAFTS: &str = "renzheng.draft.";
/// What outlasts a refresh, until the tab is closed: no secret, no number of a document, no consent.
const LASTING: [&str; 9] = [
    "phone",
    "nickname",
    "name",
    "email",
    "recipient",
    "region_code",
    "detail",
    "postal_code",
    "is_default",
];

/// What was typed into each form, held above the pages so that going back and forth loses nothing. Each person's own
/// waits for them while their session has lapsed, and goes as soon as somebody else is here.
#[derive(Clone, Default)]
pub struct Drafts(Rc<Kept>);

#[derive(Default)]
struct Kept {
    owner: Cell<Option<Uuid>>,
    forms: RefCell<BTreeMap<String, Values>>,
}

impl PartialEq for Drafts {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Drafts {
    /// Where the draft of a form is, of whoever is here now.
    pub fn place(&self, form: &str) -> String {
        format!("{}{form}.", self.own())
    }

    fn own(&self) -> String {
        let owner = self.0.owner.get().map(|id| id.to_string());
        format!("{DRAFTS}{}.", owner.unwrap_or_default())
    }

    pub fn recall(&self, place: &str) -> Values {
        if let Some(values) = self.0.forms.borrow().get(place) {
            return values.clone();
        }
        let mut values = Values::default();
        if let Some(kept) = browser::tab_storage() {
            for field in LASTING {
                if let Ok(Some(text)) = kept.get_item(&format!("{place}{field}")) {
                    values = values.with(field, &text);
                }
            }
        }
        values
    }

    pub fn keep(&self, place: &str, values: Values) {
        if let Some(kept) = browser::tab_storage() {
            for field in LASTING {
                let key = format!("{place}{field}");
                // A browser that keeps nothing only loses it at a refresh.
                let _ = match values.get(field) {
                    "" => kept.remove_item(&key),
                    text => kept.set_item(&key, text),
                };
            }
        }
        self.0.forms.borrow_mut().insert(place.to_owned(), values);
    }

    pub fn forget(&self, form: &str) {
        self.keep(&self.place(form), Values::default());
    }

    /// Who is here now, nobody known with `None`: the drafts of others go when somebody is.
    pub fn belong_to(&self, owner: Option<Uuid>) {
        self.0.owner.set(owner);
        if owner.is_some() {
            self.drop_all_but(Some(&self.own()));
        }
    }

    /// The person has left.
    pub fn forget_all(&self) {
        self.0.owner.set(None);
        self.drop_all_but(None);
    }

    fn drop_all_but(&self, own: Option<&str>) {
        let stays = |key: &str| own.is_some_and(|own| key.starts_with(own));
        self.0.forms.borrow_mut().retain(|place, _| stays(place));
        let Some(kept) = browser::tab_storage() else {
            return;
        };
        for index in (0..kept.length().unwrap_or(0)).rev() {
            if let Ok(Some(key)) = kept.key(index)
                && key.starts_with(DRAFTS)
                && !stays(&key)
            {
                let _ = kept.remove_item(&key);
            }
        }
    }
}

#[hook]
pub fn use_drafts() -> Drafts {
    use_context().unwrap_or_default()
}
