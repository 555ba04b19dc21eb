/**
 * What stands in a page's head before the script tag has loaded: a `PX` that keeps calls with their
 * own time and page. `window.PX.q` holds `[verb, arguments, epoch ms, url, title, referrer]`.
 */
export const SNIPPET = `!function(w,d){var p=w.PX=w.PX||{q:[]};if(p.q)"init track identify alias group register reset page setConsent captureError setOverrides setFlagAttributes onFlagsChange".split(" ").forEach(function(v){p[v]=function(){p.q.push([v,[].slice.call(arguments),Date.now(),location.href,d.title,d.referrer])}}),p.getFlag=p.peekFlag=function(k,c,f){return f},p.getExperiment=p.peekExperiment=function(){return{variant:null,inExperiment:!1,reason:"loading"}}}(window,document)`;
