use std::rc::Rc;

use renzheng_types::{
    Locale,
    account::{Account, ProfileChange},
};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::{use_api, use_drafts, use_preferences};
use crate::api::{Api, Failure};

/// Who is signed in, as far as the page knows.
#[derive(Clone, PartialEq)]
pub enum SessionState {
    /// Not asked yet.
    Loading,
    SignedIn(Rc<Account>),
    /// Nobody, or nobody yet.
    SignedOut,
    /// Somebody was, but the server does not know them any more.
    Expired,
    /// The person has just signed out here.
    Left,
    /// We could not find out.
    Unknown(Failure),
}

impl Reducible for SessionState {
    type Action = SessionState;

    fn reduce(self: Rc<Self>, next: SessionState) -> Rc<Self> {
        Rc::new(next)
    }
}

/// The session, and what may happen to it.
#[derive(Clone, PartialEq)]
pub struct Session {
    state: UseReducerHandle<SessionState>,
    api: Api,
}

impl Session {
    pub fn state(&self) -> &SessionState {
        &self.state
    }

    pub fn account(&self) -> Option<Rc<Account>> {
        match &*self.state {
            SessionState::SignedIn(account) => Some(account.clone()),
            _ => None,
        }
    }

    /// Signed in, or the account has changed.
    pub fn set_account(&self, account: Account) {
        self.state
            .dispatch(SessionState::SignedIn(Rc::new(account)));
    }

    /// The session is over if that is what the failure says.
    pub fn note(&self, failure: &Failure) {
        if failure.is_unauthorized() && matches!(*self.state, SessionState::SignedIn(_)) {
            self.state.dispatch(SessionState::Expired);
        }
    }

    /// Signs in anew: the browser's session stays until the next one takes its place.
    pub fn again(&self) {
        self.state.dispatch(SessionState::SignedOut);
    }

    pub fn leave(&self) {
        self.state.dispatch(SessionState::Left);
    }

    /// Tells the server which language the person reads, for what it sends them; the page does without an answer.
    pub fn tell_locale(&self, locale: Locale) {
        if self.account().is_none() {
            return;
        }
        let session = self.clone();
        spawn_local(async move {
            let change = ProfileChange {
                nickname: None,
                locale: Some(locale),
            };
            if let Ok(account) = session.api.change_profile(&change).await {
                session.set_account(account);
            }
        });
    }

    /// Asks the server who is signed in.
    pub async fn refresh(self) {
        match self.api.me().await {
            Ok(account) => self.set_account(account),
            Err(failure) if failure.is_unauthorized() => {
                let next = match *self.state {
                    SessionState::SignedIn(_) => SessionState::Expired,
                    _ => SessionState::SignedOut,
                };
                self.state.dispatch(next);
            }
            // What we knew is better than nothing.
            Err(_) if self.account().is_some() => {}
            Err(failure) => self.state.dispatch(SessionState::Unknown(failure)),
        }
    }
}

#[derive(Properties, PartialEq)]
pub struct Props {
    pub children: Html,
}

#[component]
pub fn SessionProvider(props: &Props) -> Html {
    let state = use_reducer_eq(|| SessionState::Loading);
    let drafts = use_drafts();
    let context = Session {
        state,
        api: use_api(),
    };
    {
        let session = context.clone();
        use_effect_with((), move |()| spawn_local(session.refresh()));
    }
    let adopt = use_preferences().adopt_locale;
    let theirs = context.account().map(|account| account.locale);
    use_effect_with(theirs, move |&theirs| {
        if let Some(locale) = theirs {
            adopt.emit(locale);
        }
    });
    {
        // While drawing, not after it: the forms below look for the drafts of whoever is here now.
        let owner = context.account().map(|account| account.id);
        let left = matches!(*context.state, SessionState::Left);
        use_memo((owner, left), move |&(owner, left)| match left {
            true => drafts.forget_all(),
            false => drafts.belong_to(owner),
        });
    }
    html! {
        <ContextProvider<Session> {context}>{ props.children.clone() }</ContextProvider<Session>>
    }
}

#[hook]
pub fn use_session() -> Session {
    use_context().expect("every page stands inside the SessionProvider")
}

/// The signed-in account, on pages behind [`Guard`](crate::component::Guard).
#[hook]
pub fn use_account() -> Rc<Account> {
    use_context().expect("the page stands behind a Guard")
}
