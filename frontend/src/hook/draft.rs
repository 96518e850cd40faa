use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use yew::prelude::*;

use super::Values;

/// What was typed into each form, held above the pages so that going back and forth loses nothing.
/// It lives in memory only: passwords and codes are never written down.
#[derive(Clone, Default)]
pub struct Drafts(Rc<RefCell<BTreeMap<&'static str, Values>>>);

impl PartialEq for Drafts {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Drafts {
    pub fn recall(&self, form: &str) -> Values {
        self.0.borrow().get(form).cloned().unwrap_or_default()
    }

    pub fn keep(&self, form: &'static str, values: Values) {
        self.0.borrow_mut().insert(form, values);
    }

    pub fn forget(&self, form: &str) {
        self.0.borrow_mut().remove(form);
    }

    pub fn forget_all(&self) {
        self.0.borrow_mut().clear();
    }
}

#[hook]
pub fn use_drafts() -> Drafts {
    use_context().unwrap_or_default()
}
