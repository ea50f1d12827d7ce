import Lab

/// The lab's own versions: their name is also that of the product's, and `Lab` is a type in the lab.
typealias LabVersion = GatewayVersion
