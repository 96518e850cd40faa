//! Which gateway sends, and which one when it is out of reach.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use renzheng_types::admin::ProviderCondition;
use tokio::sync::Semaphore;

use super::{Guard, Outage, Receipt, SendFault, SmsMessage, SmsSender};
use crate::clock::Clock;

/// How long a gateway may take when there is another.
const NEXT_AFTER: Duration = Duration::from_secs(3);
/// How long the last may take.
const LAST_WITHIN: Duration = Duration::from_secs(6);
/// Messages to one gateway under way at once.
const AT_ONCE: usize = 32;

/// Tries the gateways in their order until one takes the message or says that nobody will.
pub struct SmsRouter {
    stops: Vec<(Arc<dyn SmsSender>, Guard)>,
}

impl SmsRouter {
    pub fn new(senders: Vec<Arc<dyn SmsSender>>, clock: &Clock) -> Self {
        let last = senders.len().saturating_sub(1);
        let stops = senders.into_iter().enumerate().map(|(place, sender)| {
            let within = if place == last {
                LAST_WITHIN
            } else {
                NEXT_AFTER
            };
            let places = Arc::new(Semaphore::new(AT_ONCE));
            (sender, Guard::new(places, within, clock.clone()))
        });
        Self {
            stops: stops.collect(),
        }
    }
}

#[async_trait]
impl SmsSender for SmsRouter {
    fn name(&self) -> &'static str {
        self.stops
            .first()
            .map_or("none", |(sender, _)| sender.name())
    }

    fn condition(&self, now: DateTime<Utc>) -> Vec<ProviderCondition> {
        let stops = self.stops.iter();
        stops
            .map(|(sender, guard)| guard.condition(sender.name(), "sms", now))
            .collect()
    }

    async fn send(&self, message: &SmsMessage) -> Result<Receipt, SendFault> {
        let mut last = SendFault::Transient("no gateway".into());
        for (sender, guard) in &self.stops {
            let sent = guard.ask(async {
                match sender.send(message).await {
                    Err(SendFault::Transient(reason)) => Err(Outage::new(reason)),
                    // A refusal is an answer too.
                    answered => Ok(answered),
                }
            });
            match sent.await {
                Ok(answered) => return answered,
                Err(outage) => {
                    let (gateway, reason) = (sender.name(), outage.reason);
                    tracing::warn!(gateway, reason, message = %message.reference, "message gateway out of reach");
                    last = SendFault::Transient(format!("{gateway}: {reason}"));
                }
            }
        }
        Err(last)
    }
}
