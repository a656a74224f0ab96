/**
 * What takes the place of the SDK's chain of credential providers in every bundle. Lambda hands a function its role's
 * credentials in environment variables and nowhere else, so single sign-on, profiles, web identities and metadata
 * services, which the chain would try after them, are code that is loaded at each cold start and never runs.
 */
export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";
