use std::{cell::Cell, future::Future, rc::Rc};

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::{use_session, use_turn};
use crate::api::Failure;

/// Something a page shows that the server has.
pub struct Remote<T> {
    pub loaded: Loaded<T>,
    /// Asks again; what is shown stays until the answer is there.
    pub refresh: Callback<()>,
}

pub enum Loaded<T> {
    Loading,
    Ready(Rc<T>),
    Failed(Failure),
}

impl<T> Clone for Loaded<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Loading => Self::Loading,
            Self::Ready(value) => Self::Ready(value.clone()),
            Self::Failed(failure) => Self::Failed(failure.clone()),
        }
    }
}

/// Loads when the page opens, and again whenever `key` changes. A session that has ended is
/// reported to the session, which leads to the sign-in page.
#[hook]
pub fn use_remote<T, K, F, A>(key: K, load: F) -> Remote<T>
where
    T: 'static,
    K: PartialEq + 'static,
    F: FnOnce() -> A + 'static,
    A: Future<Output = Result<T, Failure>> + 'static,
{
    let session = use_session();
    use_remote_with(key, load, move |failure| session.note(failure))
}

/// The same; `note` hears of every failure.
#[hook]
pub fn use_remote_with<T, K, F, A, N>(key: K, load: F, note: N) -> Remote<T>
where
    T: 'static,
    K: PartialEq + 'static,
    F: FnOnce() -> A + 'static,
    A: Future<Output = Result<T, Failure>> + 'static,
    N: FnOnce(&Failure) + 'static,
{
    let loaded = use_state(|| Loaded::Loading);
    let (turn, refresh) = use_turn();
    {
        let loaded = loaded.clone();
        use_effect_with((key, turn), move |_| {
            let alive = Rc::new(Cell::new(true));
            let answered = alive.clone();
            spawn_local(async move {
                let answer = load().await;
                if !answered.get() {
                    return;
                }
                loaded.set(match answer {
                    Ok(value) => Loaded::Ready(Rc::new(value)),
                    Err(failure) => {
                        note(&failure);
                        Loaded::Failed(failure)
                    }
                });
            });
            move || alive.set(false)
        });
    }
    Remote {
        loaded: (*loaded).clone(),
        refresh,
    }
}
