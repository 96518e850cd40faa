//! The authority contract, for every register that has no interface of its own: see `docs/authority-contract.md`.

mod signature;

use std::collections::BTreeMap;

use async_trait::async_trait;
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use renzheng_types::verification::{AttemptReason, FaceAction, Method};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use signature::Signer;

use super::{
    Authority, AuthoritySettings, Claim, FaceEvidence, Finding, Identity, Outage, Outbound,
    Portrait, PortraitRegister, Verdict, outbound::PICTURES_WITHIN, plain_word,
};
use crate::clock::Clock;

const KEY_HEADER: &str = "x-authority-key";
const SIGNATURE_HEADER: &str = "x-authority-signature";
/// How far the authority's clock may be from ours.
const SKEW: TimeDelta = TimeDelta::minutes(5);

/// One authority that speaks the contract.
pub struct ContractAuthority {
    name: String,
    url: String,
    signer: Signer,
    outbound: Outbound,
    clock: Clock,
}

#[derive(Serialize)]
struct Question<'a> {
    method: &'a str,
    elements: BTreeMap<&'a str, &'a str>,
    nonce: &'a str,
    time: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    face: Option<Face<'a>>,
}

/// What a person shows; pictures are JPEG in base64.
#[derive(Serialize)]
struct Face<'a> {
    session: &'a str,
    actions: &'a [FaceAction],
    frames: Vec<String>,
    id_card: Card,
}

#[derive(Serialize)]
struct Card {
    front: String,
    back: String,
}

impl<'a> Face<'a> {
    fn of(evidence: &'a FaceEvidence) -> Self {
        let text =
            |picture: &zeroize::Zeroizing<Vec<u8>>| BASE64_STANDARD.encode(picture.as_slice());
        Self {
            session: &evidence.nonce,
            actions: &evidence.actions,
            frames: evidence.frames.iter().map(text).collect(),
            id_card: Card {
                front: text(&evidence.id_card_front),
                back: text(&evidence.id_card_back),
            },
        }
    }
}

#[derive(Deserialize)]
struct Answer {
    result: Outcome,
    /// Why it is `rejected`.
    reason: Option<String>,
    reference: String,
    nonce: String,
    time: DateTime<Utc>,
    #[serde(default)]
    elements: BTreeMap<String, bool>,
    #[serde(default)]
    portrait: Option<Picture>,
}

#[derive(Deserialize)]
struct Picture {
    kind: String,
    /// base64
    data: String,
}

#[derive(Clone, Copy, Deserialize, strum::IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
enum Outcome {
    Match,
    Mismatch,
    NoRecord,
    Rejected,
    Unavailable,
}

/// The elements that a face adds to the claim's.
const FACE_ELEMENTS: [&str; 2] = ["face", "id_card"];

/// Why what was shown may prove nothing.
const REJECTIONS: [AttemptReason; 5] = [
    AttemptReason::ImageUnclear,
    AttemptReason::IdCardUnclear,
    AttemptReason::ActionMissing,
    AttemptReason::ActionOrder,
    AttemptReason::NotLive,
];

impl ContractAuthority {
    /// # Errors
    /// When the keys are not what the contract asks for; the message names the setting.
    pub fn new(
        name: &str,
        settings: &AuthoritySettings,
        outbound: Outbound,
        clock: Clock,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            name: name.into(),
            url: settings.url.clone(),
            signer: Signer::new(name, settings)?,
            outbound,
            clock,
        })
    }

    /// Puts a question, and answers what was verified to be its answer.
    async fn ask(
        &self,
        method: &str,
        elements: BTreeMap<&str, &str>,
        evidence: Option<&FaceEvidence>,
    ) -> anyhow::Result<Answer> {
        let nonce = Uuid::new_v4().to_string();
        let body = serde_json::to_vec(&Question {
            method,
            elements,
            nonce: &nonce,
            time: self.clock.now(),
            face: evidence.map(Face::of),
        })?;
        let mut request = self.outbound.client().post(&self.url);
        if evidence.is_some() {
            request = request.timeout(PICTURES_WITHIN);
        }
        let request = request
            .header("content-type", "application/json")
            .header(KEY_HEADER, self.signer.key_id())
            .header(SIGNATURE_HEADER, self.signer.sign(&body))
            .body(body)
            .build()?;
        let answer = self.outbound.send(request).await?;
        anyhow::ensure!(
            answer.status.is_success(),
            "HTTP {}",
            answer.status.as_u16()
        );
        let signature = answer.header(SIGNATURE_HEADER);
        anyhow::ensure!(
            self.signer.verify(&answer.body, signature),
            "the answer's signature does not fit"
        );
        let answer: Answer = serde_json::from_slice(&answer.body)
            .map_err(|_| anyhow::anyhow!("unreadable answer"))?;
        self.believe(&nonce, answer)
    }

    /// An answer to this very question, of now.
    fn believe(&self, nonce: &str, answer: Answer) -> anyhow::Result<Answer> {
        anyhow::ensure!(answer.nonce == nonce, "an answer to another question");
        anyhow::ensure!(
            (self.clock.now() - answer.time).abs() <= SKEW,
            "an answer of another time"
        );
        Ok(answer)
    }

    async fn find(
        &self,
        claim: &Claim,
        evidence: Option<&FaceEvidence>,
    ) -> anyhow::Result<Finding> {
        let answer = self
            .ask(claim.method.into(), claim.elements(), evidence)
            .await?;
        self.read(claim, answer)
    }

    async fn look(&self, identity: &Identity) -> anyhow::Result<Option<Portrait>> {
        let elements = BTreeMap::from([
            ("name", identity.name.as_str()),
            ("id_number", identity.id_number.as_str()),
        ]);
        let answer = self.ask("portrait", elements, None).await?;
        match (answer.result, answer.portrait) {
            (Outcome::Match, Some(picture)) => {
                let bytes = BASE64_STANDARD
                    .decode(&picture.data)
                    .map_err(|_| anyhow::anyhow!("unreadable portrait"))?;
                Ok(Portrait::new(&picture.kind, bytes))
            }
            (Outcome::Unavailable, _) => anyhow::bail!("unavailable"),
            _ => Ok(None),
        }
    }

    fn read(&self, claim: &Claim, answer: Answer) -> anyhow::Result<Finding> {
        let verdict = match answer.result {
            Outcome::Match => Verdict::Match,
            Outcome::Mismatch => Verdict::Mismatch,
            Outcome::NoRecord => Verdict::NoRecord,
            Outcome::Rejected => {
                Verdict::Rejected(rejection(claim.method, answer.reason.as_deref())?)
            }
            Outcome::Unavailable => anyhow::bail!("unavailable"),
        };
        let asked = claim.elements();
        let of_face =
            |element: &str| claim.method == Method::Face && FACE_ELEMENTS.contains(&element);
        let result_code: &str = match verdict {
            Verdict::Rejected(reason) => reason.into(),
            _ => answer.result.into(),
        };
        Ok(Finding {
            verdict,
            provider: self.name.clone(),
            reference: plain_word(&answer.reference),
            result_code: result_code.into(),
            elements: answer
                .elements
                .into_iter()
                .filter(|(element, _)| asked.contains_key(element.as_str()) || of_face(element))
                .collect(),
        })
    }
}

#[async_trait]
impl Authority for ContractAuthority {
    /// The contract carries the elements of any method.
    fn checks(&self, _: Method) -> bool {
        true
    }

    async fn check(&self, claim: &Claim) -> Result<Finding, Outage> {
        self.find(claim, None).await.map_err(Outage::new)
    }

    async fn check_face(&self, claim: &Claim, face: &FaceEvidence) -> Result<Finding, Outage> {
        self.find(claim, Some(face)).await.map_err(Outage::new)
    }
}

#[async_trait]
impl PortraitRegister for ContractAuthority {
    async fn portrait(&self, identity: &Identity) -> Result<Option<Portrait>, Outage> {
        self.look(identity).await.map_err(Outage::new)
    }
}

/// Only what is shown can be rejected.
fn rejection(method: Method, reason: Option<&str>) -> anyhow::Result<AttemptReason> {
    anyhow::ensure!(method == Method::Face, "rejected without a picture");
    reason
        .and_then(|reason| reason.parse().ok())
        .filter(|reason| REJECTIONS.contains(reason))
        .ok_or_else(|| anyhow::anyhow!("rejected for no reason of the contract"))
}

#[cfg(test)]
mod tests;
