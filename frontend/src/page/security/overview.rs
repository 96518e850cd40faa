use yew::prelude::*;

use crate::{
    app::Route,
    browser,
    component::{Fact, Facts, LinkButton, LoadFailed, RouteLink, Skeleton, Symbol, ways},
    hook::{Loaded, use_api, use_locale, use_messages, use_remote},
    i18n,
    page::CentrePage,
};

/// 安全设置: the second factor, and the ways to everything else.
#[component]
pub fn Security() -> Html {
    let (s, locale, api) = (&use_messages().security, use_locale(), use_api());
    let factors = use_remote((), move || api.second_factors());
    let state = match &factors.loaded {
        Loaded::Loading => html! { <Skeleton lines=2 /> },
        Loaded::Failed(failure) => {
            html! { <LoadFailed failure={failure.clone()} retry={factors.refresh.clone()} /> }
        }
        Loaded::Ready(factors) => match factors.totp_since {
            None => html! {
                <>
                    <Facts><Fact label={s.factor} id="factor-state" value={s.factor_off} /></Facts>
                    <div class="actions"><LinkButton to={Route::Totp} id="set-up-totp">{ s.set_up }</LinkButton></div>
                </>
            },
            Some(since) => {
                let since = i18n::date(locale, browser::china_date(since));
                let on = AttrValue::from((s.factor_on)(&since));
                let left = AttrValue::from((s.codes_left)(factors.recovery_codes_left));
                html! {
                    <>
                        <Facts>
                            <Fact label={s.factor} id="factor-state" value={on} />
                            <Fact label={s.recovery} id="codes-left" value={left} />
                        </Facts>
                        <div class="actions">
                            <LinkButton to={Route::RecoveryCodes} id="to-new-codes" secondary=true>{ s.new_codes }</LinkButton>
                            <RouteLink to={Route::RemoveTotp} id="to-remove-totp" class="button button--quiet">{ s.remove }</RouteLink>
                        </div>
                    </>
                }
            }
        },
    };
    let onward = [
        (
            Route::Devices,
            "to-devices",
            Symbol::Device,
            s.devices,
            s.devices_text,
        ),
        (
            Route::Activity,
            "to-activity",
            Symbol::Clock,
            s.activity,
            s.activity_text,
        ),
        (
            Route::Export,
            "to-export",
            Symbol::IdCard,
            s.export,
            s.export_text,
        ),
        (
            Route::Close,
            "to-close",
            Symbol::Alert,
            s.close,
            s.close_text,
        ),
    ];
    html! {
        <CentrePage name="security" title={s.title} here={Route::Security}>
            <section>
                <h2>{ s.factor }</h2>
                <p class="muted">{ s.factor_why }</p>
                { state }
            </section>
            <section class="entries">
                <h2>{ s.leaving }</h2>
                { ways(&onward) }
            </section>
        </CentrePage>
    }
}
