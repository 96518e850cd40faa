use std::{cell::RefCell, rc::Rc};

use web_sys::{ScrollRestoration, UrlSearchParams};
use yew::prelude::*;
use yew_router::{
    prelude::{Navigator, use_location, use_navigator, use_route},
    query::Raw,
};

use crate::{app::Route, browser};

/// The part of the query that says which step is shown, from 2: the first step has none.
const STEP: &str = "step";

/// The steps that a flow has reached, each with an address of its own. They are in memory alone, for they hold proofs and
/// tickets: after a refresh the flow begins anew, with what was typed in the drafts.
#[derive(Clone)]
pub struct Steps<S> {
    /// Never empty.
    reached: UseStateHandle<Vec<S>>,
    at: usize,
    /// Where the page is now, when an answer comes for a step that may have been left; nowhere once the page is.
    here: Rc<RefCell<Option<(usize, S)>>>,
    page: Page,
}

impl<S: Clone + PartialEq + 'static> Steps<S> {
    pub fn current(&self) -> &S {
        &self.reached[self.at]
    }

    /// Goes on to the next step. Who has left the step meanwhile stays where they are.
    pub fn go_on(&self, next: S) {
        let here = (self.at, self.current().clone());
        if self.here.borrow().as_ref() != Some(&here) {
            return;
        }
        let mut reached = self.reached[..=self.at].to_vec();
        reached.push(next);
        self.reached.set(reached);
        self.page.push(self.at + 1);
    }

    /// What was reached is used up: this step takes the place of the first, be it another try or the end. Back leads to
    /// the page before the flow.
    pub fn restart(&self, step: S) {
        let Some((at, _)) = *self.here.borrow() else {
            return;
        };
        self.reached.set(vec![step]);
        self.page.rewind(at);
    }

    /// The end is a page of its own, which takes the place of the step.
    pub fn end_at(&self, end: &Route) {
        let here = self.here.borrow().is_some();
        if let Some(navigator) = self.page.navigator.as_ref().filter(|_| here) {
            navigator.replace(end);
        }
    }
}

/// The page of the flow, and what its address says.
#[derive(Clone)]
struct Page {
    navigator: Option<Navigator>,
    route: Option<Route>,
    query: String,
}

impl Page {
    /// The step in the address, as it is written there.
    fn step(&self) -> Option<String> {
        UrlSearchParams::new_with_str(&self.query).ok()?.get(STEP)
    }

    /// From 0.
    fn at(&self) -> usize {
        let step = self.step().and_then(|step| step.parse::<usize>().ok());
        step.map_or(0, |step| step.saturating_sub(1))
    }

    /// The address of a step, by its query; the rest of it stays.
    fn query(&self, at: usize) -> Raw<String> {
        let query = UrlSearchParams::new_with_str(&self.query).map(|query| {
            match written(at) {
                Some(step) => query.set(STEP, &step),
                None => query.delete(STEP),
            }
            String::from(query.to_string())
        });
        Raw(query.unwrap_or_default())
    }

    fn push(&self, at: usize) {
        if let (Some(navigator), Some(route)) = (&self.navigator, &self.route) {
            // A query as it is written is always a valid one.
            let _ = navigator.push_with_query(route, self.query(at));
        }
    }

    fn replace(&self, at: usize) {
        if let (Some(navigator), Some(route)) = (&self.navigator, &self.route) {
            let _ = navigator.replace_with_query(route, self.query(at));
        }
    }

    /// Back to where the flow began, from its step `at`: an entry that is used up must not be what Back leads to.
    fn rewind(&self, at: usize) {
        if at == 0 {
            return;
        }
        self.replace(0);
        if let (Some(navigator), Ok(entries)) = (&self.navigator, isize::try_from(at)) {
            navigator.go(-entries);
        }
    }
}

fn written(at: usize) -> Option<String> {
    (at > 0).then(|| (at + 1).to_string())
}

/// A flow that begins with the step `first`. Its address says which step is shown; one that is not in memory is replaced
/// by the first one's. The heading takes the focus at each new step, and at each one gone back to.
#[hook]
pub fn use_steps<S, F>(first: F) -> Steps<S>
where
    S: Clone + PartialEq + 'static,
    F: FnOnce() -> S,
{
    let location = use_location();
    let page = Page {
        navigator: use_navigator(),
        route: use_route(),
        query: location.map_or_else(String::new, |location| location.query_str().to_owned()),
    };
    let reached = use_state(|| vec![first()]);
    let at = Some(page.at())
        .filter(|at| *at < reached.len())
        .unwrap_or_default();
    let current = reached[at].clone();
    let here = use_mut_ref(|| None::<(usize, S)>);
    *here.borrow_mut() = Some((at, current.clone()));
    {
        let here = here.clone();
        use_effect_with((), move |()| {
            // Each step is shown from its top, where the focus is.
            browser::restore_scroll(ScrollRestoration::Manual);
            move || {
                browser::restore_scroll(ScrollRestoration::Auto);
                here.take();
            }
        });
    }
    {
        let page = page.clone();
        use_effect_with((page.step(), written(at)), move |(asked, shown)| {
            if asked != shown {
                page.replace(at);
            }
        });
    }
    {
        // The page itself sees to the focus when it opens.
        let opened = use_mut_ref(|| false);
        use_effect_with(current, move |_| {
            if opened.replace(true) {
                browser::focus_heading();
            }
        });
    }
    Steps {
        reached,
        at,
        here,
        page,
    }
}
