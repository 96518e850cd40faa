use yew::prelude::*;
use yew_router::prelude::use_navigator;

use super::{Task, use_api, use_session, use_task};
use crate::app::Route;

/// Ends the session here, and goes home.
pub struct SignOut {
    pub task: Task,
    pub run: Callback<()>,
}

#[hook]
pub fn use_sign_out() -> SignOut {
    let (api, session, navigator) = (use_api(), use_session(), use_navigator());
    let task = use_task();
    let run = {
        let task = task.clone();
        Callback::from(move |()| {
            let (session, navigator) = (session.clone(), navigator.clone());
            task.run(async move {
                match api.delete_session().await {
                    Ok(()) => {}
                    // The server had forgotten the session already.
                    Err(failure) if failure.is_unauthorized() => {}
                    // Still signed in; the button is there for another try.
                    Err(_) => return,
                }
                session.leave();
                if let Some(navigator) = navigator {
                    navigator.push(&Route::Home);
                }
            });
        })
    };
    SignOut { task, run }
}
