"""An insurer's back end as its author would write it: functions beside their data, results as JSON in texts."""

import json
from typing import Any, Literal

POLICIES: dict[str, dict[str, Any]] = {
    "P-2201": {"holder": "Greta Lund", "type": "household", "premium": 14.5, "deductible": 150, "status": "active"},
    "P-2202": {"holder": "Greta Lund", "type": "bicycle", "premium": 6.0, "deductible": 50, "status": "active"},
    "P-2310": {"holder": "Marek Nowak", "type": "car", "premium": 48.9, "deductible": 300, "status": "active"},
    "P-2311": {"holder": "Marek Nowak", "type": "liability", "premium": 5.2, "deductible": 0, "status": "lapsed"},
    "P-2400": {"holder": "Aisha Bello", "type": "travel", "premium": 9.9, "deductible": 100, "status": "active"},
}
CLAIMS: dict[str, dict[str, Any]] = {
    "C-101": {"policy_id": "P-2201", "description": "water damage in the kitchen", "amount": 1200.0, "status": "open"},
    "C-102": {"policy_id": "P-2310", "description": "scratched door", "amount": 640.0, "status": "approved"},
    "C-103": {"policy_id": "P-2400", "description": "lost suitcase", "amount": 380.0, "status": "open"},
}


def find_customer_policies(name: str) -> str:
    """Find all policies of a customer.

    Args:
        name: Full name of the customer.
    """
    found = [{"policy_id": k, **v} for k, v in POLICIES.items() if v["holder"].lower() == name.lower()]
    if not found:
        return json.dumps({"error": "no policies for this customer"})
    return json.dumps({"policies": found})


def get_policy(policy_id: str) -> str:
    """Get the details of a policy."""
    if policy_id not in POLICIES:
        return json.dumps({"error": "policy not found"})
    return json.dumps({"policy_id": policy_id, **POLICIES[policy_id]})


def file_claim(policy_id: str, description: str, amount: float, incident_date: str) -> str:
    """File a claim on an active policy.

    Args:
        policy_id: The policy.
        description: What happened.
        amount: Estimated damage in euros.
        incident_date: When it happened, YYYY-MM-DD.
    """
    if policy_id not in POLICIES:
        return json.dumps({"error": "policy not found"})
    if POLICIES[policy_id]["status"] != "active":
        return json.dumps({"error": "policy is not active"})
    if amount <= POLICIES[policy_id]["deductible"]:
        return json.dumps({"error": "the damage is below the deductible"})
    claim_id = f"C-{101 + len(CLAIMS)}"
    CLAIMS[claim_id] = {
        "policy_id": policy_id,
        "description": description,
        "amount": amount,
        "status": "open",
        "incident_date": incident_date,
    }
    return json.dumps({"claim_id": claim_id, "status": "open"})


def list_claims(status: Literal["open", "approved", "rejected", "paid"] | None = None) -> str:
    """List claims, optionally only those with a status."""
    return json.dumps([{"claim_id": k, **v} for k, v in CLAIMS.items() if status is None or v["status"] == status])


def get_claim(claim_id: str) -> str:
    """Show one claim."""
    if claim_id not in CLAIMS:
        return json.dumps({"error": "claim not found"})
    return json.dumps({"claim_id": claim_id, **CLAIMS[claim_id]})


def decide_claim(claim_id: str, decision: Literal["approved", "rejected"], reason: str = "") -> str:
    """Approve or reject an open claim."""
    c = CLAIMS.get(claim_id)
    if not c:
        return json.dumps({"error": "claim not found"})
    if c["status"] != "open":
        return json.dumps({"error": f"claim is already {c['status']}"})
    c["status"] = decision
    return json.dumps({"claim_id": claim_id, "status": decision})


def pay_out(claim_id: str) -> str:
    """Pay out an approved claim (amount minus deductible)."""
    c = CLAIMS.get(claim_id)
    if not c:
        return json.dumps({"error": "claim not found"})
    if c["status"] != "approved":
        return json.dumps({"error": "only approved claims can be paid out"})
    c["status"] = "paid"
    return json.dumps({"claim_id": claim_id, "paid": c["amount"] - POLICIES[c["policy_id"]]["deductible"]})


def cancel_policy(policy_id: str, effective: str) -> str:
    """Cancel a policy.

    Args:
        policy_id: The policy to cancel.
        effective: From which day on, YYYY-MM-DD.
    """
    p = POLICIES.get(policy_id)
    if not p:
        return json.dumps({"error": "policy not found"})
    if p["status"] == "cancelled":
        return json.dumps({"error": "already cancelled"})
    p["status"] = "cancelled"
    p["until"] = effective
    return json.dumps({"policy_id": policy_id, "status": "cancelled", "until": effective})


def change_deductible(policy_id: str, deductible: Literal[0, 50, 150, 300, 500]) -> str:
    """Change the deductible of a policy; a higher one makes the premium lower."""
    p = POLICIES.get(policy_id)
    if not p:
        return json.dumps({"error": "policy not found"})
    p["deductible"] = deductible
    p["premium"] = round(60 / (1 + deductible / 100), 2)
    return json.dumps({"policy_id": policy_id, "deductible": deductible, "premium": p["premium"]})
