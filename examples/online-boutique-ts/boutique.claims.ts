/** What the boutique's policies must achieve. */
import { anywhere, check, claims, internet, tcp } from "polc";
import { boutique, services, system } from "./cluster.js";

export default claims(
  check(internet).canReach(boutique.frontend, tcp(8080)),
  check(boutique.loadgenerator).canReach(boutique.frontend, tcp(8080)),
  check(services).canReach(system.dns, tcp(53)),

  check(internet).cannotReach(boutique["redis-cart"]),
  check(boutique["redis-cart"]).onlyFrom(boutique.cartservice, tcp(6379)),
  check(boutique.frontend).cannotReach(boutique.paymentservice),
  check(boutique.paymentservice).cannotReach(internet),
  check(anywhere).cannotReach(boutique.emailservice, tcp(50051)),
);
