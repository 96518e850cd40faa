//! Registration: a phone proven by code becomes an account, signed in.

use renzheng_types::{
    Locale,
    account::{AccountCreated, NewAccount},
    sms_code::SmsCodePurpose,
    value::{Nickname, OneTimeCode, Phone, ValueError},
};
use zeroize::Zeroizing;

use super::{
    agreement,
    notice::{self, Notice},
    password_policy, store, view,
};
use crate::{
    app::App,
    audit::{self, Event},
    code::{
        limit,
        one_time::{self, CheckRefusal},
        sms,
    },
    database::Transaction,
    entity::account,
    http::{
        caller::Caller,
        problem::{Detail, Fault, InvalidFields, Refusal, RetryAfter},
    },
    session::{
        AuthenticationMethod,
        begin::{Begun, Proof, begin},
        complete, password as sign_in,
    },
};

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum RegisterRefusal {
    #[error("invalid: {0}")]
    InvalidInput(InvalidFields),
    #[error("wrong, lapsed or used code")]
    CodeInvalid,
    #[error("the phone has an account")]
    PhoneTaken,
    #[error("not the agreement in force")]
    AgreementOutdated,
    #[error("too many registrations")]
    RateLimited(RetryAfter),
}

impl Refusal for RegisterRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::InvalidInput(fields) => Detail::Fields(fields),
            Self::RateLimited(after) => Detail::RetryAfter(*after),
            _ => Detail::None,
        }
    }
}

impl From<CheckRefusal> for RegisterRefusal {
    fn from(refusal: CheckRefusal) -> Self {
        match refusal {
            CheckRefusal::Invalid => Self::CodeInvalid,
            CheckRefusal::RateLimited(after) => Self::RateLimited(after),
        }
    }
}

/// A request that parsed.
struct Registration {
    phone: Phone,
    nickname: Nickname,
    password: Zeroizing<String>,
    code: OneTimeCode,
}

/// Opens the account. The code is used up only when everything else is right, so a mistyped field costs nothing.
pub async fn register(
    app: &App,
    caller: &Caller,
    locale: Locale,
    request: NewAccount,
) -> Result<(AccountCreated, Begun), Fault<RegisterRefusal>> {
    app.count(app.windows_by_address(limit::REGISTER_BY_ADDRESS, &caller.limit_key))
        .await?
        .map_err(RegisterRefusal::RateLimited)?;
    let accepted = request.agreement.clone();
    let new_owner = request.new_owner;
    let registration = parse(app, request).await?;
    if accepted != agreement::VERSION {
        return Err(RegisterRefusal::AgreementOutdated.into());
    }
    let Registration {
        phone,
        nickname,
        password,
        code,
    } = registration;
    let scope = sms::scope(app, SmsCodePurpose::Register, &phone);
    let code = one_time::check(app, caller, &scope, &code)
        .await?
        .map_err(RegisterRefusal::from)?;
    // Whoever has the right code may be told, and may go on with it.
    let before = store::find_by_phone(app, &phone).await?;
    let held_since = app.clock.now() - complete::phone_proof(app);
    if before
        .as_ref()
        .is_some_and(|before| !new_owner || before.phone_proven_at >= held_since)
    {
        return Err(RegisterRefusal::PhoneTaken.into());
    }
    let password_hash = app.passwords.hash(password).await?;
    if !one_time::consume(app, code).await? {
        return Err(RegisterRefusal::CodeInvalid.into());
    }

    let id = app.clock.new_id();
    let now = app.clock.now();
    let model = account::Model {
        id,
        phone_sealed: Some(
            app.vault
                .seal_text(store::place("phone", id), phone.as_str()),
        ),
        phone_index: Some(app.vault.blind_index("phone", phone.as_str())),
        phone_proven_at: now,
        nickname: nickname.as_str().into(),
        password_hash,
        locale: locale.tag().into(),
        status: store::ACTIVE.into(),
        agreement_version: accepted,
        agreement_accepted_at: now,
        name_sealed: None,
        id_number_sealed: None,
        id_number_index: None,
        created_at: now,
        email_sealed: None,
        email_index: None,
        closes_at: None,
        foreign_hash_sealed: None,
    };
    let transaction = app.database.begin().await?;
    if let Some(before) = before {
        take_number(app, &transaction, caller, &before).await?;
    }
    match store::insert(&transaction, model.clone()).await {
        Err(error) if store::violates(&error, "phone_index") => {
            return Err(RegisterRefusal::PhoneTaken.into());
        }
        other => other?,
    }
    audit::record(
        app,
        &transaction,
        caller,
        Event::by_account(id, "account.register").detail("agreement", agreement::VERSION),
    )
    .await?;
    let begun = begin(
        app,
        &transaction,
        caller,
        &model,
        0,
        Proof {
            method: AuthenticationMethod::Password,
            remember: false,
            lent_by: None,
        },
    )
    .await?;
    transaction.commit().await?;
    app.outbox_wakeup.notify_one();
    // What strangers tried at the number before is nobody's any more.
    sign_in::forgive_names(app, Some(&phone), None).await;
    let created = AccountCreated {
        account: view::account(app, &model, 0)?,
        session: begun.session.clone(),
    };
    Ok((created, begun))
}

/// Takes the number from an account that has long not proven to hold it: it came to a new owner, who never reaches
/// that account. Its owner is told by e-mail, and goes on with that.
async fn take_number(
    app: &App,
    transaction: &Transaction,
    caller: &Caller,
    before: &account::Model,
) -> anyhow::Result<()> {
    let held_since = app.clock.now() - complete::phone_proof(app);
    if !store::give_up_phone(transaction, before.id, held_since).await? {
        return Ok(());
    }
    let reachable_by_mail = account::Model {
        phone_sealed: None,
        ..before.clone()
    };
    notice::tell(app, transaction, &reachable_by_mail, &Notice::PhoneChanged).await?;
    let event = Event::by_account(before.id, "phone.given-up");
    audit::record(app, transaction, caller, event).await
}

async fn parse(app: &App, request: NewAccount) -> Result<Registration, Fault<RegisterRefusal>> {
    let mut invalid = InvalidFields::default();
    let password = Zeroizing::new(request.password);
    let phone = invalid.note("phone", Phone::parse(&request.phone));
    let nickname = invalid.note("nickname", Nickname::parse(&request.nickname));
    let code = invalid.note("sms_code", OneTimeCode::parse(&request.sms_code));
    if request.agreement.is_empty() {
        invalid.note::<()>("agreement", Err(ValueError::Required));
    }
    let mut personal: Vec<String> = phone.iter().map(|phone| phone.as_str().into()).collect();
    personal.extend(nickname.iter().map(|nickname| nickname.as_str().into()));
    invalid.note(
        "password",
        password_policy::judge(app, password.clone(), personal).await?,
    );
    match (phone, nickname, code) {
        (Some(phone), Some(nickname), Some(code)) if invalid.is_empty() => Ok(Registration {
            phone,
            nickname,
            password,
            code,
        }),
        _ => Err(RegisterRefusal::InvalidInput(invalid).into()),
    }
}
