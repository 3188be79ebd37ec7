//! The text fields of a draft, as one closed list. Says what each field is, not how it is drawn.

use serde::{Deserialize, Serialize};

use super::flow::Step;

/// A field of the draft that is typed as text. What it means is read in `finish`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// `customer.phone`
    Phone,
    /// `customer.givenName`
    GivenName,
    /// `customer.familyName`
    FamilyName,
    /// `customer.gender`
    Gender,
    /// `customer.email`
    Email,
    /// `customer.address.street`
    Street,
    /// `customer.address.houseNumber`
    HouseNumber,
    /// `customer.address.zip`
    Zip,
    /// `customer.address.city`
    City,
    /// `customer.address.additionalAddress`
    AdditionalAddress,
    /// `location.table`
    Table,
    /// `location.seat`
    Seat,
    /// `pickup.timestamp` and `pickup.asapDelivery`: `1830`, `18:30`, `+25`, `asap`, with a date before it if need be.
    Due,
    /// `pickup.pickupToken`
    PickupToken,
    /// `sessionToken`
    SessionToken,
    /// `intermediary`
    Intermediary,
    /// `status` of the order as it is sent.
    OrderStatus,
    /// `payment.paymentMethod`
    PaymentMethod,
    /// `payment.status`
    PaymentStatus,
    /// `payment.referenceId`
    PaymentReference,
    /// `payment.paymentReceived`
    PaymentReceived,
}

impl Field {
    /// Every field, in the order of the steps.
    pub const ALL: [Self; 21] = [
        Self::Phone,
        Self::GivenName,
        Self::FamilyName,
        Self::Gender,
        Self::Email,
        Self::Street,
        Self::HouseNumber,
        Self::Zip,
        Self::City,
        Self::AdditionalAddress,
        Self::Table,
        Self::Seat,
        Self::Due,
        Self::PickupToken,
        Self::SessionToken,
        Self::Intermediary,
        Self::OrderStatus,
        Self::PaymentMethod,
        Self::PaymentStatus,
        Self::PaymentReference,
        Self::PaymentReceived,
    ];

    /// The step the field is typed in.
    pub fn step(self) -> Step {
        match self {
            Self::Phone
            | Self::GivenName
            | Self::FamilyName
            | Self::Gender
            | Self::Email
            | Self::Street
            | Self::HouseNumber
            | Self::Zip
            | Self::City
            | Self::AdditionalAddress => Step::Customer,
            Self::Table
            | Self::Seat
            | Self::Due
            | Self::PickupToken
            | Self::SessionToken
            | Self::Intermediary
            | Self::OrderStatus => Step::Place,
            Self::PaymentMethod | Self::PaymentStatus | Self::PaymentReference | Self::PaymentReceived => Step::Payment,
        }
    }
}
