//! What staff do: sign in apart from citizens, enrol, serve the counter, approve.

mod account;
mod approvals;
mod case;
mod console;
mod enrol;
mod factor;
mod frame;
mod home;
mod lookup;
mod passkeys;
mod proof;
mod reasons;
mod sign_in;

use yew::prelude::*;

pub use frame::{Staff, StaffGuard, use_staff};

use crate::app::Route;

/// The page of a route of theirs.
pub fn page(route: Route) -> Html {
    match route {
        Route::StaffEnrol => html! { <enrol::Enrol /> },
        Route::Staff => html! { <frame::StaffGuard><home::Home /></frame::StaffGuard> },
        Route::StaffHall => html! { <frame::StaffGuard><console::Console /></frame::StaffGuard> },
        Route::StaffApprovals => {
            html! { <frame::StaffGuard><approvals::Approvals /></frame::StaffGuard> }
        }
        Route::StaffApproval { id } => {
            html! { <frame::StaffGuard><approvals::Approval key={id.as_u128()} {id} /></frame::StaffGuard> }
        }
        Route::StaffAccount => {
            html! { <frame::StaffGuard><account::Account /></frame::StaffGuard> }
        }
        _ => Html::default(),
    }
}
