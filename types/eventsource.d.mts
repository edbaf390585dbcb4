// The types of the ES module: what it exports are the objects of the CommonJS build.
export * from "./eventsource.js";
