use std::{collections::BTreeMap, rc::Rc};

use gloo_timers::callback::Timeout;
use yew::prelude::*;

use super::{Text, use_drafts};
use crate::{api::Failure, browser};

/// How long leaving a field waits before it is checked. A press on a button leaves the field
/// first; an error that appeared at once would push the button away from under the finger.
const LEAVE_DELAY_MS: u32 = 180;

/// What was typed, by field name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Values(BTreeMap<&'static str, AttrValue>);

impl Values {
    pub fn get(&self, field: &str) -> &str {
        self.0.get(field).map_or("", AttrValue::as_str)
    }

    pub fn with(mut self, field: &'static str, value: &str) -> Self {
        self.0.insert(field, value.to_owned().into());
        self
    }

    pub fn is_on(&self, field: &str) -> bool {
        !self.get(field).is_empty()
    }
}

/// What is wrong, by field name.
type Errors = BTreeMap<&'static str, Text>;

/// Says what is wrong with a field, if anything.
pub type Check = fn(field: &str, values: &Values) -> Option<Text>;

/// One line of the error summary.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The field it leads to; none when it is about the whole.
    pub field: Option<&'static str>,
    pub text: Text,
}

#[derive(Clone, PartialEq)]
struct State {
    values: Values,
    errors: Errors,
    summary: Rc<[Entry]>,
    /// Grows with every refused submission, so that the summary takes the focus again.
    refusals: u32,
    /// Grows with every refusal, also of a part, of which there is no summary, and whenever the errors are cleared.
    rounds: u32,
}

enum Action {
    Typed(&'static str, AttrValue),
    /// In which round a field was left.
    Left(&'static str, Check, u32),
    /// The errors as of now and whether they are summed up.
    Refused(Errors, Rc<[Entry]>),
    Forgiven(&'static str),
    Cleared,
}

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut next = (*self).clone();
        match action {
            Action::Typed(field, value) => {
                next.values.0.insert(field, value);
            }
            // What was said meanwhile about what was sent stays; and what another tab asks of a field is not told here.
            Action::Left(_, _, rounds) if rounds != self.rounds => return self,
            Action::Left(field, check, _) => {
                // An empty field is not scolded for having been passed through.
                match check(field, &next.values).filter(|_| next.values.is_on(field)) {
                    Some(text) => next.errors.insert(field, text),
                    None => next.errors.remove(field),
                };
            }
            Action::Refused(errors, summary) => {
                next.errors = errors;
                next.rounds += 1;
                next.refusals += u32::from(!summary.is_empty());
                next.summary = summary;
            }
            Action::Forgiven(field) => {
                next.errors.remove(field);
            }
            Action::Cleared => {
                next.errors.clear();
                next.summary = Rc::default();
                next.rounds += 1;
            }
        }
        Rc::new(next)
    }
}

/// A form: what was typed, what is wrong with it. Fields are named as in the request body.
#[derive(Clone)]
pub struct Form {
    fields: &'static [&'static str],
    check: Check,
    state: UseReducerHandle<State>,
}

impl PartialEq for Form {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.fields, other.fields) && self.state == other.state
    }
}

impl Form {
    pub fn values(&self) -> &Values {
        &self.state.values
    }

    pub fn value(&self, field: &str) -> String {
        self.state.values.get(field).to_owned()
    }

    pub fn error(&self, field: &str) -> Option<&Text> {
        self.state.errors.get(field)
    }

    pub fn summary(&self) -> Rc<[Entry]> {
        self.state.summary.clone()
    }

    pub fn refusals(&self) -> u32 {
        self.state.refusals
    }

    pub fn set(&self, field: &'static str, value: impl Into<AttrValue>) {
        self.state.dispatch(Action::Typed(field, value.into()));
    }

    /// Checks a field that was just left.
    pub fn leave(&self, field: &'static str) {
        let (state, check, rounds) = (self.state.dispatcher(), self.check, self.state.rounds);
        Timeout::new(LEAVE_DELAY_MS, move || {
            state.dispatch(Action::Left(field, check, rounds));
        })
        .forget();
    }

    /// Takes back what was said about a field.
    pub fn forgive(&self, field: &'static str) {
        self.state.dispatch(Action::Forgiven(field));
    }

    /// Checks these fields; when any is wrong, says so in the summary and answers false.
    pub fn accept(&self, fields: &[&'static str]) -> bool {
        let found = self.found(fields);
        let summary = entries(&found, fields);
        let fine = summary.is_empty();
        if fine {
            self.state.dispatch(Action::Cleared);
        } else {
            self.state.dispatch(Action::Refused(found, summary));
        }
        fine
    }

    /// Checks the few fields a smaller step needs; the first wrong one takes the focus.
    pub fn accept_part(&self, fields: &[&'static str]) -> bool {
        let found = self.found(fields);
        let Some(first) = fields.iter().find(|field| found.contains_key(*field)) else {
            return true;
        };
        browser::focus(&field_id(first));
        let none: Rc<[Entry]> = Rc::default();
        self.state.dispatch(Action::Refused(found, none));
        false
    }

    fn found(&self, fields: &[&'static str]) -> Errors {
        fields
            .iter()
            .filter_map(|&field| Some((field, (self.check)(field, &self.state.values)?)))
            .collect()
    }

    /// Shows what the server objected to. `aliases` maps its field names to ours where they differ.
    pub fn refuse(&self, failure: &Failure, aliases: &[(&str, &'static str)]) {
        let (errors, general) = self.sorted(failure, aliases);
        let mut summary: Vec<Entry> = general
            .into_iter()
            .map(|text| Entry { field: None, text })
            .collect();
        summary.extend(entries(&errors, self.fields).iter().cloned());
        self.state.dispatch(Action::Refused(errors, summary.into()));
    }

    /// The same for a smaller step: the first wrong field takes the focus, and what concerns no
    /// field is handed back to be said where the step is.
    pub fn refuse_part(&self, failure: &Failure) -> Option<Text> {
        let (errors, general) = self.sorted(failure, &[]);
        let first = self.fields.iter().find(|field| errors.contains_key(*field));
        if let Some(first) = first {
            browser::focus(&field_id(first));
        }
        self.state.dispatch(Action::Refused(errors, Rc::default()));
        general.into_iter().next()
    }

    /// The server's objections: those about our fields, and the rest.
    fn sorted(&self, failure: &Failure, aliases: &[(&str, &'static str)]) -> (Errors, Vec<Text>) {
        let mut errors = Errors::new();
        let mut general = Vec::new();
        let mut say = |theirs: &str, text: Text| {
            let ours = aliases.iter().find(|(name, _)| *name == theirs);
            let name = ours.map_or(theirs, |(_, ours)| *ours);
            match self.fields.iter().find(|field| **field == name) {
                Some(field) => {
                    errors.insert(*field, text);
                }
                None => general.push(text),
            }
        };
        for error in failure.field_errors() {
            say(&error.field, Text::said(&error.message));
        }
        if failure.field_errors().is_empty() {
            let text = match failure.code() {
                // Whether it came by message, by mail or from an app, the server does not say.
                "code-invalid" => Text::ours(|m| m.common.code_wrong),
                _ => Text::of_failure(failure),
            };
            say(failure.field(), text);
        }
        (errors, general)
    }

    /// Says something about the form as a whole.
    pub fn object(&self, text: Text) {
        let summary = Rc::new([Entry { field: None, text }]);
        self.state
            .dispatch(Action::Refused(BTreeMap::new(), summary));
    }

    pub fn clear_errors(&self) {
        self.state.dispatch(Action::Cleared);
    }
}

fn entries(errors: &Errors, order: &[&'static str]) -> Rc<[Entry]> {
    order
        .iter()
        .filter_map(|&field| {
            let text = errors.get(field)?.clone();
            Some(Entry {
                field: Some(field),
                text,
            })
        })
        .collect()
}

/// The id of a field's input: `sms_code` is `sms-code`, `captcha.text` is `captcha-text`.
pub fn field_id(field: &str) -> String {
    field.replace(['_', '.'], "-")
}

/// A form that keeps what is typed as the draft `name`.
#[hook]
pub fn use_form(name: &str, fields: &'static [&'static str], check: Check) -> Form {
    let drafts = use_drafts();
    // It stays where it began, whoever comes meanwhile.
    let place = use_memo((), |()| drafts.place(name));
    let state = use_reducer_eq({
        let (drafts, place) = (drafts.clone(), place.clone());
        move || State {
            values: drafts.recall(&place),
            errors: BTreeMap::new(),
            summary: Rc::default(),
            refusals: 0,
            rounds: 0,
        }
    });
    use_effect_with(state.values.clone(), move |values| {
        drafts.keep(&place, values.clone());
    });
    Form {
        fields,
        check,
        state,
    }
}
