use yew::prelude::*;
use yew_router::prelude::use_navigator;

use super::{Task, use_api, use_session, use_task};
use crate::app::Route;

/// Ends the session here, and goes home.
pub struct SignOut {
    pub task: Task,
    /// It did not work out: the person is still signed in, and must know.
    pub failed: bool,
    pub run: Callback<()>,
}

#[hook]
pub fn use_sign_out() -> SignOut {
    let (api, session, navigator) = (use_api(), use_session(), use_navigator());
    let task = use_task();
    let failed = use_state(|| false);
    let run = {
        let (task, failed) = (task.clone(), failed.setter());
        Callback::from(move |()| {
            let (session, navigator) = (session.clone(), navigator.clone());
            let failed = failed.clone();
            failed.set(false);
            task.run(async move {
                match api.delete_session().await {
                    Ok(()) => {}
                    // The server had forgotten the session already.
                    Err(failure) if failure.is_unauthorized() => {}
                    Err(_) => return failed.set(true),
                }
                session.leave();
                if let Some(navigator) = navigator {
                    navigator.push(&Route::Home);
                }
            });
        })
    };
    SignOut {
        task,
        failed: *failed,
        run,
    }
}
