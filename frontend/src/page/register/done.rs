use yew::prelude::*;

use super::RegisterSteps;
use crate::{
    app::Route,
    component::{Errand, Icon, LevelBadge, LinkButton, Page, Symbol},
    hook::{use_account, use_messages},
};

/// ③ 注册完成
#[component]
pub fn Done() -> Html {
    let r = &use_messages().register;
    let account = use_account();
    let verified = account.level > 0;
    let heading = html! {
        <><Icon symbol={Symbol::CheckCircle} />{ (r.done_text)(&account.phone) }</>
    };
    html! {
        <Page
            name="register-done"
            title={r.done_title}
            {heading}
            before={html! { <RegisterSteps current=2 finished=true /> }}
        >
            <Errand />
            <h2>{ r.next_title }</h2>
            <p>{ if verified { r.next_verified } else { r.next_unverified } }</p>
            <p><LevelBadge level={account.level} id="level-badge" /></p>
            <div class="actions">
                <LinkButton to={Route::Me} id="to-me">{ r.next_centre }</LinkButton>
                if !verified {
                    <LinkButton to={Route::IdCard} id="verify-now" secondary=true>{ r.verify_now }</LinkButton>
                }
            </div>
        </Page>
    }
}
