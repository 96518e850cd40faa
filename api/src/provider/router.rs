//! Which authority is asked for which method, and who is asked when it is out of reach.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use anyhow::{Context, ensure};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use renzheng_types::{admin::ProviderCondition, verification::Method};
use tokio::sync::Semaphore;

use super::{
    Authority, Claim, FaceEvidence, FaceLook, FaceResult, FaceStart, FaceVisit, Finding, Guard,
    Outage,
};
use crate::clock::Clock;

/// Authorities by the name they have in the configuration.
pub type Authorities = BTreeMap<String, Arc<dyn Authority>>;

/// How a router asks.
#[derive(Debug, Clone, Copy)]
pub struct RouterSettings {
    /// How long one authority may take to answer.
    pub answer_within: Duration,
    /// The same, where pictures are looked at.
    pub face_answer_within: Duration,
    /// How many questions to one authority may be under way.
    pub at_once: usize,
}

/// Asks the authorities of a method in their order until one answers. An answer is final, whatever it says.
pub struct Router {
    routes: BTreeMap<Method, Vec<Stop>>,
}

/// One authority on the way of one method.
struct Stop {
    name: String,
    authority: Arc<dyn Authority>,
    guard: Guard,
}

impl Router {
    /// # Errors
    /// Names the key of a route to an authority that is not configured, or that does not check the method.
    pub fn new(
        routes: &BTreeMap<Method, Vec<String>>,
        authorities: &Authorities,
        settings: RouterSettings,
        clock: Clock,
    ) -> anyhow::Result<Self> {
        let places: BTreeMap<&String, Arc<Semaphore>> = authorities
            .keys()
            .map(|name| (name, Arc::new(Semaphore::new(settings.at_once))))
            .collect();
        let stop = |method: Method, name: &String| {
            let key = format!("verification.routes.{}", <&str>::from(method));
            let (authority, places) = authorities
                .get(name)
                .zip(places.get(name))
                .with_context(|| format!("{key}: \"{name}\" is not configured"))?;
            ensure!(
                authority.checks(method),
                "{key}: \"{name}\" does not check this method"
            );
            let within = match method {
                Method::Face => settings.face_answer_within,
                _ => settings.answer_within,
            };
            Ok(Stop {
                name: name.clone(),
                authority: Arc::clone(authority),
                guard: Guard::new(Arc::clone(places), within, clock.clone()),
            })
        };
        let routes = routes
            .iter()
            .map(|(method, names)| {
                let stops = names.iter().map(|name| stop(*method, name));
                Ok((*method, stops.collect::<anyhow::Result<_>>()?))
            })
            .collect::<anyhow::Result<_>>()?;
        Ok(Self { routes })
    }

    async fn along(&self, claim: &Claim, face: Option<&FaceEvidence>) -> Result<Finding, Outage> {
        let method: &str = claim.method.into();
        let mut last = Outage::new("no authority is configured");
        for stop in self.stops(claim.method) {
            let answer = match face {
                // Pictures are not what it looks at.
                Some(_) if stop.authority.has_face_page() => continue,
                Some(face) => stop.guard.ask(stop.authority.check_face(claim, face)).await,
                None => stop.guard.ask(stop.authority.check(claim)).await,
            };
            match answer {
                Ok(finding) => return Ok(finding),
                Err(outage) => last = stop.passed_by(method, &outage),
            }
        }
        Err(last)
    }

    fn stops(&self, method: Method) -> impl Iterator<Item = &Stop> {
        self.routes.get(&method).into_iter().flatten()
    }
}

impl Stop {
    /// Notes that the next one is to be asked.
    fn passed_by(&self, method: &str, outage: &Outage) -> Outage {
        let reason = &outage.reason;
        tracing::warn!(method, authority = self.name, reason, "outage");
        Outage::new(format!("{}: {reason}", self.name))
    }
}

#[async_trait]
impl Authority for Router {
    fn checks(&self, method: Method) -> bool {
        self.routes
            .get(&method)
            .is_some_and(|stops| !stops.is_empty())
    }

    fn condition(&self, now: DateTime<Utc>) -> Vec<ProviderCondition> {
        let routes = self.routes.iter();
        routes
            .flat_map(|(method, stops)| stops.iter().map(move |stop| (method, stop)))
            .map(|(method, stop)| stop.guard.condition(&stop.name, (*method).into(), now))
            .collect()
    }

    async fn check(&self, claim: &Claim) -> Result<Finding, Outage> {
        self.along(claim, None).await
    }

    async fn check_face(&self, claim: &Claim, face: &FaceEvidence) -> Result<Finding, Outage> {
        self.along(claim, Some(face)).await
    }

    fn has_face_page(&self) -> bool {
        let first = self.stops(Method::Face).next();
        first.is_some_and(|stop| stop.authority.has_face_page())
    }

    /// The first that can. One that takes pictures is asked only once they are there, so all that can be known now is
    /// whether it has failed lately.
    async fn open_face(&self, visit: &FaceVisit<'_>) -> Result<FaceStart, Outage> {
        let mut last = Outage::new("no authority is configured");
        let mut here = false;
        for stop in self.stops(Method::Face) {
            if !stop.authority.has_face_page() {
                if !stop.guard.is_left_alone() {
                    return Ok(FaceStart::Here);
                }
                here = true;
                continue;
            }
            match stop.guard.ask(stop.authority.open_face(visit)).await {
                Ok(FaceStart::NotThere) => {
                    last = stop.passed_by("face", &Outage::new("not for this person"));
                }
                Ok(start) => return Ok(start),
                Err(outage) => last = stop.passed_by("face", &outage),
            }
        }
        if here { Ok(FaceStart::Here) } else { Err(last) }
    }

    async fn face_result(&self, provider: &str, look: &FaceLook<'_>) -> Result<FaceResult, Outage> {
        let mut stops = self.stops(Method::Face);
        let stop = stops.find(|stop| stop.name == provider);
        let stop = stop.ok_or_else(|| Outage::new(format!("{provider} is not asked any more")))?;
        let answer = stop.authority.face_result(provider, look);
        stop.guard.ask(answer).await
    }
}

#[cfg(test)]
mod tests;
