// A phone drawn on a computer's screen: scripts are told that they are on a phone.
Object.defineProperty(navigator, "userAgent", { value: `${navigator.userAgent} Mobile` });
