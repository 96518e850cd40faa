//! Picture and sound challenges. A challenge is gone after one check, right or wrong.

mod audio;
pub mod draw;

use std::time::Duration;

use anyhow::Context;
use base64::{Engine, prelude::BASE64_STANDARD};
use rand::seq::IndexedRandom;
use renzheng_types::captcha::{Captcha, CaptchaAnswer};
use subtle::ConstantTimeEq;
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use super::limit;
use crate::{
    app::App,
    background,
    crypto::Place,
    http::{
        caller::Caller,
        problem::{Detail, Fault, Refusal, RetryAfter},
    },
};

const LIFE: Duration = Duration::from_secs(300);
const LENGTH: usize = 5;

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum CreateRefusal {
    #[error("too many challenges from this address")]
    RateLimited(RetryAfter),
}

impl Refusal for CreateRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::RateLimited(after) => Detail::RetryAfter(*after),
        }
    }
}

#[derive(Debug, thiserror::Error, strum::AsRefStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ShowRefusal {
    #[error("no such challenge, or it is used up")]
    NotFound,
    #[error("shown too often")]
    RateLimited(RetryAfter),
}

impl Refusal for ShowRefusal {
    fn detail(&self) -> Detail<'_> {
        match self {
            Self::NotFound => Detail::None,
            Self::RateLimited(after) => Detail::RetryAfter(*after),
        }
    }
}

/// Makes a new challenge.
pub async fn create(app: &App, caller: &Caller) -> Result<Captcha, Fault<CreateRefusal>> {
    app.count(app.windows_by_address(limit::CAPTCHA_BY_ADDRESS, &caller.limit_key))
        .await?
        .map_err(CreateRefusal::RateLimited)?;
    let alphabet: Vec<char> = draw::ALPHABET.chars().collect();
    let text: String = {
        let mut random = rand::rng();
        (0..LENGTH)
            .filter_map(|_| alphabet.choose(&mut random))
            .collect()
    };
    let id = Uuid::new_v4();
    let sealed = app.vault.seal_text(place(id), &text);
    app.ephemeral.put(&key(id), &sealed, LIFE).await?;
    let png = picture(text).await?;
    Ok(Captcha {
        id,
        image: format!("data:image/png;base64,{}", BASE64_STANDARD.encode(png)),
        expires_in: LIFE.as_secs() as u32,
    })
}

/// The challenge as a PNG picture.
pub async fn image(app: &App, caller: &Caller, id: Uuid) -> Result<Vec<u8>, Fault<ShowRefusal>> {
    count_show(app, caller, id).await?;
    let text = text(app, id).await?.ok_or(ShowRefusal::NotFound)?;
    Ok(picture(text).await?)
}

/// The challenge spoken, as WAV.
pub async fn sound(app: &App, caller: &Caller, id: Uuid) -> Result<Vec<u8>, Fault<ShowRefusal>> {
    count_show(app, caller, id).await?;
    let text = text(app, id).await?.ok_or(ShowRefusal::NotFound)?;
    let wav = background::run(move || audio::wav(&text))
        .await
        .context("captcha audio")??;
    Ok(wav)
}

/// Each showing is drawn anew: that costs as much as a new challenge, and many of one would tell it to a machine.
async fn count_show(app: &App, caller: &Caller, id: Uuid) -> Result<(), Fault<ShowRefusal>> {
    let mut windows = app.windows_by_address(limit::CAPTCHA_BY_ADDRESS, &caller.limit_key);
    windows.extend(app.windows_by_subject(limit::CAPTCHA_SHOWN, &id.to_string()));
    Ok(app
        .count(windows)
        .await?
        .map_err(ShowRefusal::RateLimited)?)
}

/// Uses up the challenge and says whether the answer is right.
pub async fn check(app: &App, answer: &CaptchaAnswer) -> anyhow::Result<bool> {
    let Some(sealed) = app.ephemeral.take(&key(answer.id)).await? else {
        return Ok(false);
    };
    let expected = app.vault.open_text(place(answer.id), &sealed)?;
    let given: String = answer
        .text
        .nfkc()
        .filter(|character| !character.is_whitespace())
        .take(LENGTH * 4)
        .flat_map(char::to_lowercase)
        .collect();
    Ok(given.as_bytes().ct_eq(expected.as_bytes()).into())
}

/// What the challenge shows: for drawing it, and for the sandbox.
pub async fn text(app: &App, id: Uuid) -> anyhow::Result<Option<String>> {
    let Some(sealed) = app.ephemeral.get(&key(id)).await? else {
        return Ok(None);
    };
    let text = app.vault.open_text(place(id), &sealed)?;
    Ok(Some(text.to_string()))
}

async fn picture(text: String) -> anyhow::Result<Vec<u8>> {
    background::run(move || draw::png(&text))
        .await
        .context("captcha picture")?
}

fn key(id: Uuid) -> String {
    format!("captcha:{id}")
}

fn place(id: Uuid) -> Place<'static> {
    Place {
        table: "ephemeral",
        column: "captcha",
        row: id,
    }
}
